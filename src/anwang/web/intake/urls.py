"""Addresses of 通報受理. Nothing of a person stands in one: numbers of rows only."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import changing, correcting, listing, new, one, replying

urlpatterns: list[URLPattern] = [
    path("", listing.reports, name="reports"),
    path("new/", new.begin, name="report-begin"),
    path("new/<slug:key>/", new.new, name="report-new"),
    path("new/<slug:key>/matches/<slug:row>/", new.matches, name="report-matches"),
    path("new/<slug:key>/check/", new.check, name="report-check"),
    path("<int:report_id>/", one.report, name="report"),
    path("<int:report_id>/add/", changing.add, name="report-add"),
    path("<int:report_id>/correct/", correcting.correct, name="report-correct"),
    path("<int:report_id>/reporter/", changing.reporter, name="report-reporter"),
    path("<int:report_id>/reply/", replying.reply, name="report-reply"),
    path("<int:report_id>/persons/<int:number>/who/", changing.who, name="report-who"),
    path("<int:report_id>/persons/<int:number>/remove/", changing.remove, name="report-remove"),
    path("<int:report_id>/files/<uuid:attachment_id>/", one.attachment, name="report-file"),
    path("<int:report_id>/files/<uuid:attachment_id>/withdraw/", one.withdraw, name="report-file-withdraw"),
]

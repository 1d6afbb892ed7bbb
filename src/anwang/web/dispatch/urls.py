"""Addresses of 派案台, below dispatch/."""

from __future__ import annotations

import datetime as dt

from django.urls import path, register_converter

from . import desk, disputes, handing_over, not_opened, received, report, samples, taken


class MonthConverter:
    """A month in an address, Gregorian as in file names: 2026-03."""

    regex = r"20\d{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(f"{value}-01")

    def to_url(self, value: dt.date | str) -> str:
        return f"{value:%Y-%m}" if isinstance(value, dt.date) else value


register_converter(MonthConverter, "month")

urlpatterns = [
    path("", desk.home, name="dispatch"),
    path("desk/", desk.queue, name="dispatch-desk"),
    path("desk/<slug:tab>/", desk.queue, name="dispatch-desk-tab"),
    path("<int:report_id>/", report.one, name="dispatch-report"),
    path("<int:report_id>/quick/", desk.quick, name="dispatch-quick"),
    path("<int:report_id>/call-back/", report.take_back, name="dispatch-call-back"),
    path("<int:report_id>/not-open/", not_opened.decide, name="dispatch-not-open"),
    path("<int:report_id>/reopen/", not_opened.open_again, name="dispatch-reopen"),
    path("not-opened/", not_opened.listing, name="dispatch-not-opened"),
    path("received/", received.listing, name="dispatch-received"),
    path("received/<int:dispatch_id>/", received.one, name="dispatch-received-one"),
    path("received/<int:dispatch_id>/accept/", received.take, name="dispatch-accept"),
    path("received/<int:dispatch_id>/contact/", taken.contact, name="dispatch-contact"),
    path("received/<int:dispatch_id>/join/", taken.join, name="dispatch-join"),
    path("received/<int:dispatch_id>/send-on/", taken.pass_on, name="dispatch-send-on"),
    path("referrals/<int:not_opened_id>/", received.referral, name="dispatch-referral"),
    path("disputes/", disputes.listing, name="dispatch-disputes"),
    path("disputes/<int:dispute_id>/", disputes.one, name="dispatch-dispute"),
    path("hand-over/", handing_over.listing, name="dispatch-hand-overs"),
    path("hand-over/<int:hand_over_id>/", handing_over.one, name="dispatch-hand-over"),
    path("samples/", samples.months, name="dispatch-samples"),
    path("samples/<month:period>/", samples.month, name="dispatch-sample-month"),
    path("samples/read/<int:sample_id>/", samples.read, name="dispatch-sample"),
]

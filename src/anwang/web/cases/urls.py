"""Addresses of 個案, below cases/."""

from __future__ import annotations

from django.urls import path

from . import (
    appointments,
    assessments,
    closing,
    form_entries,
    listing,
    members,
    one,
    opening,
    pack,
    plans,
    service_clocks,
    transfers,
    visits,
)

urlpatterns = [
    path("", listing.cases, name="cases"),
    path("open/", opening.open_new, name="case-open"),
    path("visits/", pack.pack, name="today-visits"),
    path("transfers/<int:transfer_id>/", transfers.receive, name="case-receive"),
    path("transfers/<int:transfer_id>/call-back/", transfers.call_back, name="case-call-back"),
    path("support/<int:supporting_id>/end/", members.support_end, name="case-support-end"),
    path("<int:case_id>/", one.one, name="case"),
    path("<int:case_id>/assign/", one.assign, name="case-assign"),
    path("<int:case_id>/reports/<int:report_id>/seen/", one.report_seen, name="case-report-seen"),
    path("<int:case_id>/visit/", visits.visit, name="case-visit-new"),
    path("<int:case_id>/visit/plan/", appointments.plan, name="case-visit-plan"),
    path("<int:case_id>/visits/<int:visit_id>/", visits.visit, name="case-visit"),
    path("<int:case_id>/visits/<int:visit_id>/cancel/", appointments.cancel, name="case-visit-cancel"),
    path("<int:case_id>/visits/<int:visit_id>/correct/", visits.correct, name="case-visit-correct"),
    path("<int:case_id>/contact/", appointments.contact, name="case-contact"),
    path(
        "<int:case_id>/contacts/<int:contact_id>/correct/", appointments.contact, name="case-contact-correct"
    ),
    path("<int:case_id>/assessments/", assessments.compared, name="case-assessments"),
    path("<int:case_id>/assess/", assessments.edit, name="case-assess"),
    path(
        "<int:case_id>/assessments/<int:assessment_id>/correct/", assessments.edit, name="case-assess-correct"
    ),
    path("<int:case_id>/clocks/", service_clocks.clocks_of_case, name="case-clocks"),
    path("<int:case_id>/clocks/<slug:clock_id>/", service_clocks.clock, name="case-clock"),
    path("<int:case_id>/forms/", form_entries.forms_of_case, name="case-forms"),
    path("<int:case_id>/forms/entries/<int:entry_id>/", form_entries.entry, name="case-form-entry"),
    path(
        "<int:case_id>/forms/entries/<int:entry_id>/correct/", form_entries.correct, name="case-form-correct"
    ),
    path("<int:case_id>/forms/<slug:form_id>/", form_entries.fill, name="case-form"),
    path("<int:case_id>/plan/", plans.begin, name="case-plan-begin"),
    path("<int:case_id>/plans/<int:plan_id>/", plans.plan, name="case-plan"),
    path("<int:case_id>/plans/<int:plan_id>/save/", plans.save, name="case-plan-save"),
    path("<int:case_id>/plans/<int:plan_id>/answer/", plans.answer, name="case-plan-answer"),
    path("<int:case_id>/plans/<int:plan_id>/take-back/", plans.take_back, name="case-plan-take-back"),
    path("<int:case_id>/review/", plans.review, name="case-review"),
    path("<int:case_id>/transfer/", transfers.offer, name="case-transfer"),
    path("<int:case_id>/close/", closing.close, name="case-close"),
    path("<int:case_id>/closing/", closing.answer, name="case-closing"),
    path("<int:case_id>/reopen/", closing.reopen, name="case-reopen"),
    path("<int:case_id>/members/", members.member, name="case-member-add"),
    path("<int:case_id>/members/<int:member_number>/", members.member, name="case-member"),
    path("<int:case_id>/support/", members.support, name="case-support"),
]

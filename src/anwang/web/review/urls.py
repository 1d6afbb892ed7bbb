"""Addresses of 比對覆核, below review/."""

from __future__ import annotations

from django.urls import path

from . import pages, persons, threshold

urlpatterns = [
    path("", pages.queue, name="review"),
    path("queue.<str:suffix>", pages.queue_file, name="review-file"),
    path("pairs/<int:pair_id>/", pages.pair, name="review-pair"),
    path("decisions/", pages.decisions, name="review-decisions"),
    path("decisions.<str:suffix>", pages.decisions_file, name="review-decisions-file"),
    path("decisions/<int:decision_id>/undo/", pages.undo, name="review-undo"),
    path("threshold/", threshold.threshold, name="review-threshold"),
    path("threshold.<str:suffix>", threshold.threshold_file, name="review-threshold-file"),
    path("relink/", pages.relink, name="review-relink"),
    path("persons/", persons.find, name="review-persons"),
    path("persons/<int:person_id>/", persons.person, name="review-person"),
    path("persons/<int:person_id>/weakest/", persons.weakest, name="review-weakest"),
    path("persons/<int:person_id>/merge/", persons.merge, name="review-merge"),
]

"""Addresses of 服務方案, below programs/."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("", pages.programs, name="programs"),
    path("<slug:code>/", pages.program, name="program"),
    path("<slug:code>/forms/<slug:form_id>/", pages.form, name="program-form"),
]

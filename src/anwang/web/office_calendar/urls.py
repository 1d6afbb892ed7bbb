"""Addresses of 行事曆, below calendar/."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("", pages.calendar, name="calendar"),
    path("closures/", pages.enter, name="closure-enter"),
    path("closures/<int:closure_id>/withdraw/", pages.withdraw, name="closure-withdraw"),
]

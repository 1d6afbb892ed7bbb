"""Addresses of 背景工作, below jobs/."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("", pages.jobs, name="jobs"),
    path("<int:job_id>/again/", pages.again, name="job-again"),
]

"""Addresses of 單位負荷, below load/."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("", pages.load_page, name="load"),
    path("duties/", pages.duties, name="load-duties"),
]

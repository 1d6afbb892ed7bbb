"""Addresses of 調查, below investigations/."""

from __future__ import annotations

from django.urls import path

from . import concluding, pages

urlpatterns = [
    path("", pages.listing, name="investigations"),
    path("<int:investigation_id>/", pages.one, name="investigation"),
    path("<int:investigation_id>/worker/", pages.worker, name="investigation-worker"),
    path("<int:investigation_id>/first-contact/", pages.first_contact, name="investigation-first-contact"),
    path("<int:investigation_id>/conclude/", concluding.conclusion, name="investigation-conclude"),
    path("<int:investigation_id>/reopen/", pages.reopen, name="investigation-reopen"),
]

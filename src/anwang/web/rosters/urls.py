"""Addresses of 名冊, below rosters/."""

from __future__ import annotations

from django.urls import path

from . import pages, upload

urlpatterns = [
    path("", pages.month, name="rosters"),
    path("month.<str:suffix>", pages.month_file, name="roster-month-file"),
    path("upload/", upload.upload, name="roster-upload"),
    path("receipts/", pages.receipts, name="roster-receipts"),
    path("receipts.<str:suffix>", pages.receipts_file, name="roster-receipts-file"),
    path("receipts/<int:receipt_id>/", pages.receipt, name="roster-receipt"),
    path("receipts/<int:receipt_id>/refusals.<str:suffix>", pages.refusals_file, name="roster-refusals"),
    path("receipts/<int:receipt_id>/changes/", pages.changes, name="roster-changes"),
    path("receipts/<int:receipt_id>/changes.<str:suffix>", pages.changes_file, name="roster-changes-file"),
]

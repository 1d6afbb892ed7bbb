"""Addresses of 人員與職務, below members/."""

from __future__ import annotations

from django.urls import path

from . import listing, pages

urlpatterns = [
    path("", listing.members, name="members"),
    path("add/", pages.add, name="member-add"),
    path("<int:member_id>/", pages.member, name="member"),
    path("<int:member_id>/password/", pages.password, name="member-password"),
    path("<int:member_id>/unlock/", pages.unlock_account, name="member-unlock"),
    path("posts/<int:post_id>/end/", pages.end, name="post-end"),
]

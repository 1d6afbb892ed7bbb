"""Addresses of 介接系統, below systems/."""

from __future__ import annotations

from django.urls import path

from . import listing, notices, pages

urlpatterns = [
    path("", listing.systems, name="systems"),
    path("add/", pages.add, name="system-add"),
    path("<int:system_id>/", pages.system, name="system"),
    path("<int:system_id>/change/", pages.change, name="system-change"),
    path("<int:system_id>/subscribe/", notices.add_subscription, name="system-subscribe"),
    path("<int:system_id>/deliveries/", notices.deliveries, name="system-deliveries"),
    path("tokens/<int:token_id>/revoke/", pages.revoke, name="system-token-revoke"),
    path("subscriptions/<int:subscription_id>/secret/", notices.secret, name="system-subscription-secret"),
    path("subscriptions/<int:subscription_id>/end/", notices.end, name="system-subscription-end"),
    path("deliveries/<int:delivery_id>/again/", notices.again, name="system-send-again"),
]

"""Addresses of 介接系統, below clients/."""

from __future__ import annotations

from django.urls import path

from . import listing, notices, pages

urlpatterns = [
    path("", listing.clients, name="clients"),
    path("add/", pages.add, name="client-add"),
    path("<int:client_id>/", pages.client, name="client"),
    path("<int:client_id>/change/", pages.change, name="client-change"),
    path("<int:client_id>/subscribe/", notices.add_subscription, name="client-subscribe"),
    path("<int:client_id>/deliveries/", notices.deliveries, name="client-deliveries"),
    path("tokens/<int:token_id>/revoke/", pages.revoke, name="client-token-revoke"),
    path("subscriptions/<int:subscription_id>/secret/", notices.secret, name="client-subscription-secret"),
    path("subscriptions/<int:subscription_id>/end/", notices.end, name="client-subscription-end"),
    path("deliveries/<int:delivery_id>/again/", notices.again, name="client-send-again"),
]

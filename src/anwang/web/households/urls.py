"""Addresses of households and people. They hold meaningless numbers only, never a name or an identity number."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import listing, pages

urlpatterns: list[URLPattern] = [
    path("households/", listing.households, name="households"),
    path("households/<int:number>/", pages.household, name="household"),
    path("households/<int:number>/purpose/", pages.purpose, name="household-purpose"),
    path("persons/<int:number>/", pages.person, name="person"),
]

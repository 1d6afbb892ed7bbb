"""The shell and the sign-in pages agree on names: every page of signing in renders in the shell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

TEMPLATES = Path(__file__).parents[3] / "src" / "anwang" / "web" / "templates"


@pytest.mark.django_db
def test_sign_in_is_shown_and_refuses_in_words(client: Client) -> None:
    address = reverse("sign_in")
    shown = client.get(address)
    assert shown.status_code == 200
    assert 'name="password"' in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    refused = client.post(address, {"username": "nobody", "password": "wrong"})
    assert refused.status_code == 422
    assert "帳號或密碼" in refused.content.decode()
    assert "沒有操作" in client.get(f"{address}?idle=1").content.decode()


@pytest.mark.django_db
def test_unknown_addresses_get_the_shells_page(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "找不到這一頁" in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["sign_in", "sign_out", "keep_alive", "change_password"])
def test_links_of_the_frame_are_routed(name: str) -> None:
    """`page_link` leaves out what is not routed, so a renamed address would silently take its link away."""
    frame = (TEMPLATES / "shell" / "base.html").read_text(encoding="utf-8")
    assert f'page_link "{name}"' in frame
    assert reverse(name)


def test_the_frame_links_nothing_else() -> None:
    frame = (TEMPLATES / "shell" / "base.html").read_text(encoding="utf-8")
    assert set(re.findall(r'page_link "([\w-]+)"', frame)) == {
        "sign_in",
        "sign_out",
        "keep_alive",
        "change_password",
        "search",
    }

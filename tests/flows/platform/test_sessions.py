"""Two requests of one browser at the same time: each keeps what it changed, and neither brings back what ended."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.base import UpdateError

from anwang.platform.sessions import SessionStore

pytestmark = pytest.mark.django_db


def _kept(**values: object) -> str:
    session = SessionStore()
    session.update(values)
    session.save()
    assert session.session_key
    return session.session_key


def _two(key: str) -> tuple[SessionStore, SessionStore]:
    """The same session as two requests read it before either wrote."""
    first, second = SessionStore(key), SessionStore(key)
    assert dict(first.items()) == dict(second.items())
    return first, second


def test_a_slower_request_does_not_take_back_what_another_wrote() -> None:
    key = _kept(unit_id=1, last_seen="08:00")
    fragment, press = _two(key)
    press["_messages"] = "已撤回附件"
    press["unit_id"] = 2
    press.save()
    fragment["last_seen"] = "08:01"
    fragment.save()
    assert dict(SessionStore(key).items()) == {"unit_id": 2, "last_seen": "08:01", "_messages": "已撤回附件"}


def test_what_a_request_removed_stays_removed_and_a_second_save_adds_to_it() -> None:
    key = _kept(_messages="已存", unit_id=1)
    page, fragment = _two(key)
    del page["_messages"]
    page.save()
    fragment["last_seen"] = "08:01"
    fragment.save()
    page["unit_id"] = 3
    page.save()
    assert dict(SessionStore(key).items()) == {"unit_id": 3, "last_seen": "08:01"}


def test_a_slower_request_does_not_bring_back_a_session_that_ended() -> None:
    key = _kept(unit_id=1)
    sign_out, fragment = _two(key)
    sign_out.flush()
    fragment["last_seen"] = "08:01"
    with pytest.raises(UpdateError):
        fragment.save()
    assert not SessionStore(key).exists(key)


def test_a_new_key_at_sign_in_keeps_all_that_was_there() -> None:
    key = _kept(unit_id=1, draft="x")
    session = SessionStore(key)
    assert session["draft"] == "x"
    session.cycle_key()
    session["unit_id"] = 2
    session.save()
    assert session.session_key
    assert session.session_key != key
    assert dict(SessionStore(session.session_key).items()) == {"unit_id": 2, "draft": "x"}

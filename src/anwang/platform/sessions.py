"""Sessions in the database that lose nothing to a second request of the same browser.

Django's own store writes the whole session back. A page that asks for a fragment while its reader already presses a
button has two requests under way, and the slower one would put back what the other had just changed: the message that
a deed was done, or the unit somebody switched to. Here a request writes only the keys that it changed.
"""

from __future__ import annotations

import copy
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import router, transaction

_GONE = object()


class SessionStore(db.SessionStore):
    """`_read` is the row's text as this request read it ("" for none), `_before` what it meant."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._read, self._before = "", dict[str, Any]()

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # unknown to the stubs
        self._read = row.session_data if row else ""
        data: dict[str, Any] = self.decode(self._read) if row else {}
        self._before = copy.deepcopy(data)
        return data

    def save(self, must_create: bool = False) -> None:
        """Write what this request changed. Raises UpdateError when the session ended meanwhile."""
        key = self.session_key
        if key is None or must_create or not self._read:
            super().save(must_create)
            self._read = ""  # a row of a new key has nothing to be merged with
            return
        data = dict(self.items())
        row = self.create_model_instance(data)
        using = router.db_for_write(Session, instance=row)
        rows = Session.objects.using(using).filter(session_key=key)
        text = row.session_data
        if not rows.filter(session_data=self._read).update(session_data=text, expire_date=row.expire_date):
            with transaction.atomic(using=using):
                now = rows.select_for_update().first()
                if now is None:
                    raise UpdateError
                data = self._onto(self.decode(now.session_data), data)
                text = self.encode(data)
                rows.update(session_data=text, expire_date=row.expire_date)
            self._session_cache = data
        self._read, self._before = text, copy.deepcopy(data)

    def _onto(self, theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
        """What another request wrote since, with our own changes on top."""
        for name in ours.keys() | self._before.keys():
            value = ours.get(name, _GONE)
            if value is _GONE:
                theirs.pop(name, None)
            elif value != self._before.get(name, _GONE):
                theirs[name] = value
        return theirs

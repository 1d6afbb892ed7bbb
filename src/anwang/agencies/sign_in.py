"""Signing in: Django's authentication with a lock-out after five failures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from .models import Member
from .rules import SignInState, after_failure, is_locked


class MemberBackend(BaseBackend):
    """Finds a member by user name and checks the password. A locked or inactive account is refused like a wrong one."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        now: dt.datetime | None = None,
        **kwargs: Any,
    ) -> Member | None:
        if not username or password is None or now is None:
            return None
        member = Member.objects.select_for_update().filter(username=username).first()
        if member is None:
            Member().set_password(password)  # the same work as for a known name, so timing tells nothing
            return None
        state = SignInState(member.failed_sign_ins, member.locked_until)
        correct = member.check_password(password)
        if is_locked(state, now) or not member.is_active:
            return None
        state = SignInState(0, None) if correct else after_failure(state, now)
        Member.objects.filter(pk=member.pk).update(
            failed_sign_ins=state.failed, locked_until=state.locked_until
        )
        return member if correct else None

    def get_user(self, user_id: int) -> Member | None:
        return Member.objects.filter(pk=user_id, is_active=True).first()


def member_number(username: str) -> int | None:
    """Whose account a user name is; None when it is nobody's."""
    return Member.objects.filter(username=username).values_list("pk", flat=True).first()


def is_account_locked(username: str, now: dt.datetime) -> bool:
    member = Member.objects.filter(username=username).first()
    return member is not None and is_locked(SignInState(member.failed_sign_ins, member.locked_until), now)

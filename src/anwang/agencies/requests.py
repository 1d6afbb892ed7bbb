"""What `AccessMiddleware` adds to a request: who asks, in which context, and whether they were away too long."""

from __future__ import annotations

from django.http import HttpRequest

from anwang.platform.context import AccessContext

from .models import Member


class AnyRequest(HttpRequest):
    """A request behind `AccessMiddleware`; `access` is None while nobody with a post is signed in."""

    access: AccessContext | None
    was_idle: bool
    raised: Exception | None


class MemberRequest(HttpRequest):
    """The request of a signed-in member with a post: what every page behind `sign_in_required` gets.

    A type for the checker only. Django makes the object; `sign_in_required` answers that it is one.
    """

    user: Member
    access: AccessContext

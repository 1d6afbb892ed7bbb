"""The administrator's deeds about connected systems: adding, tokens, subscriptions, sending an event again. Each is in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.platform import audit
from anwang.platform.context import AccessContext
from anwang.platform.county_policy import policy_in_force
from anwang.platform.sealing import seal_field

from .addresses import BadTarget, read_target
from .models import ConnectedSystem, Delivery, Subscription, Token
from .process import DELIVERY, DeliveryState
from .rules import Scope, read_networks, token_days_problem
from .tokens import new_signing_secret, new_token

SUBJECT = "connected_system"
MAX_SUBSCRIPTIONS = 5
MOST_CALLS = 6000


class ConnectedSystemError(Exception):
    """It cannot be done so; the text is for the user (zh-TW). `problems`: field to what to mend, "" for no single one."""

    def __init__(self, problems: Mapping[str, str] | str, field: str = "") -> None:
        self.problems = {field: problems} if isinstance(problems, str) else dict(problems)
        super().__init__("；".join(self.problems.values()))


@transaction.atomic
def add_system(
    *,
    name: str,
    unit_id: int | None,
    scopes: Collection[str],
    contact: str = "",
    networks: str = "",
    calls_per_minute: int | None = None,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> ConnectedSystem:
    """A connected system of a unit. Raises ConnectedSystemError with the field to mend."""
    unit = Unit.objects.filter(pk=unit_id or 0).first()
    usual = policy_in_force().number("exchange.calls_per_minute", on=timezone.localdate(now))
    system = ConnectedSystem(made_at=now, made_by=by.member_id, made_by_name=by_name)
    calls = usual if calls_per_minute is None else calls_per_minute
    problems = {} if unit is not None else {"unit": "請選擇單位。"}
    problems |= _fill(system, name, scopes, contact, networks, calls)
    if unit is None or problems:
        raise ConnectedSystemError(problems)
    system.unit, system.agency_id = unit, unit.agency_id
    system.save()
    _note(
        audit.Action.MADE_SYSTEM, SUBJECT, system.pk, by, by_name, now, unit=unit.code, scopes=system.scopes
    )
    return system


@transaction.atomic
def change_system(
    *,
    system_id: int,
    name: str,
    scopes: Collection[str],
    contact: str,
    networks: str,
    calls_per_minute: int | None,
    is_active: bool,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> ConnectedSystem:
    """What a connected system may do from now on; the unit stays. One that is not active is refused, and told of nothing."""
    system = _system(system_id)
    system.is_active = is_active
    calls = system.calls_per_minute if calls_per_minute is None else calls_per_minute
    if problems := _fill(system, name, scopes, contact, networks, calls):
        raise ConnectedSystemError(problems)
    system.save()
    detail = {"scopes": system.scopes, "active": is_active, "networks": len(system.networks)}
    _note(audit.Action.CHANGED_SYSTEM, SUBJECT, system.pk, by, by_name, now, **detail)
    return system


def _fill(
    system: ConnectedSystem,
    name: str,
    scopes: Collection[str],
    contact: str,
    networks: str,
    calls_per_minute: int,
) -> dict[str, str]:
    """Put what was typed into the connected system; returns what is wrong with it by field."""
    name, problems = name.strip(), {}
    with connection.cursor() as cursor:  # two administrators who take one name at once wait for each other
        cursor.execute("select pg_advisory_xact_lock(hashtext('anwang connected systems'))")
    if not name or len(name) > 60:
        problems["name"] = "請輸入系統名稱，60 個字以內。"
    elif ConnectedSystem.objects.filter(name=name).exclude(pk=system.pk).exists():
        problems["name"] = "已經有同名的介接系統，請換一個名稱。"
    chosen = [scope.value for scope in Scope if scope.value in scopes]
    if not chosen:
        problems["scopes"] = "請至少選一項可以做的事。"
    if len(contact) > 120:
        problems["contact"] = "聯絡人請在 120 個字以內。"
    if not 1 <= calls_per_minute <= MOST_CALLS:
        problems["calls_per_minute"] = f"每分鐘次數請寫 1 到 {MOST_CALLS}。"
    try:
        system.networks = list(read_networks(networks))
    except ValueError as error:
        problems["networks"] = str(error)
    system.name, system.scopes, system.contact = name, chosen, contact.strip()
    system.calls_per_minute = calls_per_minute
    return problems


@transaction.atomic
def make_token(
    *, system_id: int, days: int | None, by: AccessContext, by_name: str, now: dt.datetime
) -> tuple[Token, str]:
    """A further token and what its holder writes, which is shown once and kept nowhere. To rotate: make one, change
    over, revoke the old one. Raises ConnectedSystemError."""
    system = _system(system_id)
    today = timezone.localdate(now)
    longest = policy_in_force().number("exchange.token_days", on=today)
    problem = token_days_problem(days, longest)
    if days is None or problem:
        raise ConnectedSystemError(problem, "days")
    prefix, digest, whole = new_token()
    token = Token.objects.create(
        system=system,
        prefix=prefix,
        digest=digest,
        made_at=now,
        made_by_name=by_name,
        expires_on=today + dt.timedelta(days=days),
    )
    detail = {"system": system.pk, "expires_on": token.expires_on.isoformat()}
    _note(audit.Action.MADE_TOKEN, "token", token.pk, by, by_name, now, **detail)
    return token, whole


@transaction.atomic
def revoke_token(*, token_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> Token:
    """The token opens nothing from now on. Doing it twice changes nothing. Raises ConnectedSystemError when there is none."""
    token = Token.objects.select_for_update(of=("self",)).select_related("system").filter(pk=token_id).first()
    if token is None:
        raise ConnectedSystemError("沒有這支權杖。")
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by_name = now, by_name
        token.save(update_fields=["revoked_at", "revoked_by_name"])
        _note(audit.Action.REVOKED_TOKEN, "token", token.pk, by, by_name, now, system=token.system_id)
    return token


@transaction.atomic
def subscribe(
    *,
    system_id: int,
    url: str,
    kinds: Sequence[str] = (),
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> tuple[Subscription, str]:
    """Tell the connected system at `url` of what happens from now on; with the signing secret, which is shown once.

    Raises ConnectedSystemError when the address is one that events are not sent to, or the connected system may not receive any.
    """
    system = _system(system_id)
    if Scope.RECEIVE_EVENTS not in system.scopes:
        raise ConnectedSystemError("這個系統沒有「接收狀態變更的通知」，請先在上面加選。", "url")
    url = url.strip()
    try:
        read_target(url, allow_loopback=settings.ANWANG_WEBHOOK_LOOPBACK)
    except BadTarget as error:
        raise ConnectedSystemError(str(error), "url") from None
    going_on = Subscription.objects.filter(system=system, ended_at__isnull=True)
    if going_on.filter(url=url).exists():
        raise ConnectedSystemError("這個網址已經在訂閱。", "url")
    if going_on.count() >= MAX_SUBSCRIPTIONS:
        raise ConnectedSystemError(f"一個系統最多 {MAX_SUBSCRIPTIONS} 個接收網址，請先停用不用的。", "url")
    row = Subscription.objects.create(
        system=system, url=url, kinds=list(kinds), secret=b"", made_at=now, made_by_name=by_name
    )
    secret = _new_secret(row)
    _note(
        audit.Action.CHANGED_SUBSCRIPTION,
        "subscription",
        row.pk,
        by,
        by_name,
        now,
        system=system.pk,
        deed="made",
    )
    return row, secret


@transaction.atomic
def renew_secret(
    *, subscription_id: int, by: AccessContext, by_name: str, now: dt.datetime
) -> tuple[Subscription, str]:
    """Another signing secret at once; what the receiver refuses until it knows the new one is sent again later."""
    row = _subscription(subscription_id)
    secret = _new_secret(row)
    _note(
        audit.Action.CHANGED_SUBSCRIPTION,
        "subscription",
        row.pk,
        by,
        by_name,
        now,
        system=row.system_id,
        deed="secret",
    )
    return row, secret


@transaction.atomic
def end_subscription(
    *, subscription_id: int, by: AccessContext, by_name: str, now: dt.datetime
) -> Subscription:
    """Nothing more is sent there; what still waits stays in the log as it is."""
    row = _subscription(subscription_id)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _note(
        audit.Action.CHANGED_SUBSCRIPTION,
        "subscription",
        row.pk,
        by,
        by_name,
        now,
        system=row.system_id,
        deed="ended",
    )
    return row


@transaction.atomic
def send_again(*, delivery_id: int, by: AccessContext, by_name: str, now: dt.datetime) -> Delivery:
    """Put a delivery on its way again, whatever became of it. The event is the same: its receiver knows its id.

    Raises NotPossible when it waits already, ConnectedSystemError when there is none or nobody receives there any more.
    """
    row = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("subscription")
        .filter(pk=delivery_id)
        .first()
    )
    if row is None:
        raise ConnectedSystemError("沒有這則通知。")
    if row.subscription.ended_at is not None:
        raise ConnectedSystemError("這個接收網址已停用，不能重送。")
    row.state = DELIVERY.after(DeliveryState(row.state), "send_again")
    row.failures, row.next_at = 0, now
    row.save(update_fields=["state", "failures", "next_at"])
    _note(audit.Action.SENT_EVENT_AGAIN, "delivery", row.pk, by, by_name, now, event=row.event_id)
    return row


def _new_secret(row: Subscription) -> str:
    secret = new_signing_secret()
    seal_field(row, "secret", secret)
    row.save(update_fields=["secret"])
    return secret


def _system(system_id: int) -> ConnectedSystem:
    system = ConnectedSystem.objects.select_for_update().filter(pk=system_id).first()
    if system is None:
        raise ConnectedSystemError("沒有這個介接系統。")
    return system


def _subscription(subscription_id: int) -> Subscription:
    row = Subscription.objects.select_for_update().filter(pk=subscription_id, ended_at__isnull=True).first()
    if row is None:
        raise ConnectedSystemError("沒有這個接收網址，或已經停用。")
    return row


def _note(
    action: str,
    subject_kind: str,
    subject_id: int,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    **detail: object,
) -> None:
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        member_name=by_name,
        detail=detail,
    )

"""A connected system of the police bureau, and how it calls the API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.exchange import actions
from anwang.exchange.models import ConnectedSystem
from anwang.exchange.rules import Scope
from anwang.platform.context import SYSTEM, acting
from anwang.services.intake.models import Report
from anwang.services.intake.process import REPORT, STOPS_THE_CLOCK, ReportState
from anwang.services.intake.states import publish_state

ALL = tuple(scope.value for scope in Scope)
BY = {"by": SYSTEM, "by_name": "測試"}


def a_report(**changes: Any) -> dict[str, Any]:
    """A report as another system sends it."""
    return {
        "reporter": {"kind": "mandated", "mandated_kind": "police", "name": "蔡警員", "phone": "03-0000301"},
        "story": "鄰居報案，屋內有爭吵聲，到場時母子二人在門口。",
        "township": "羅東鎮",
        "persons": [
            {"role": "subject", "name": "林小安", "birth": "2019-05-20", "sex": "male"},
            {"role": "carer", "name": "林美惠", "relation": "母", "phone": "0912345678"},
        ],
        "dangers": ["alleged_present"],
        "needs": ["safety"],
        **changes,
    }


def make_system(
    name: str = "警政系統", unit: str = "police_office", scopes: tuple[str, ...] = ALL, **more: Any
) -> ConnectedSystem:
    with acting(SYSTEM):
        found = Unit.objects.get(code=unit)
        return actions.add_system(
            name=name, unit_id=found.pk, scopes=scopes, now=timezone.now(), **BY, **more
        )


def make_token(system: ConnectedSystem, days: int = 90) -> str:
    with acting(SYSTEM):
        return actions.make_token(system_id=system.pk, days=days, now=timezone.now(), **BY)[1]


def move(report: Report, *deeds: str) -> None:
    """Do deeds to a report as the rooms of services do: by its process, its clock, and telling of it."""
    with acting(SYSTEM):
        for deed in deeds:
            report.state = REPORT.after(ReportState(report.state), deed)
            report.handled_at = timezone.now() if report.state in STOPS_THE_CLOCK else None
            report.save(update_fields=["state", "handled_at"])
            publish_state(report=report, now=timezone.now())


@dataclass
class Caller:
    """One system with its token."""

    token: str

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def get(self, path: str, **query: Any) -> HttpResponse:
        return Browser().get(f"/api/v1/{path}", query, headers=self._headers())

    def post(self, body: Any, key: str = "k-1", **headers: str) -> HttpResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return Browser().post(
            "/api/v1/reports",
            raw,
            content_type=headers.pop("content_type", "application/json"),
            headers={**self._headers(), "Idempotency-Key": key, **headers},
        )

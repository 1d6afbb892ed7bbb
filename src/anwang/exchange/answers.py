"""What the API answers. The shapes are the contract (docs/api)."""

from __future__ import annotations

import datetime as dt

from ninja import Schema
from pydantic import ConfigDict, Field

from anwang.services.intake.process import ReportState


class Answer(Schema):
    model_config = ConfigDict(extra="forbid")


class ReceiptWarning(Answer):
    """Something about what was sent that the sender should know; the report was kept all the same."""

    code: str = Field(description="incomplete 或 file")
    message: str


class ReportStateAnswer(Answer):
    """How far a report is. `is_closed`: its 24-hour clock has stopped."""

    number: str = Field(description="通報編號", pattern=r"^R-\d{7,18}$")
    state: ReportState
    state_label: str
    received_at: dt.datetime
    due_at: dt.datetime = Field(description="24 小時時限")
    handled_at: dt.datetime | None
    is_closed: bool


class Receipt(ReportStateAnswer):
    """The answer to a delivery; sent again under the same key it is the same."""

    warnings: list[ReceiptWarning]


class ChangedReport(ReportStateAnswer):
    """A report with the moment of its last change."""

    changed_at: dt.datetime


class ReportPage(Answer):
    """A page of the connected system's own reports by their last change. Ask on with `cursor`, now or later."""

    reports: list[ChangedReport]
    cursor: str
    has_more: bool


class Code(Answer):
    code: str
    label: str


class CodeListAnswer(Answer):
    id: str
    label: str
    codes: list[Code]


class CodeLists(Answer):
    lists: list[CodeListAnswer]


class Health(Answer):
    """That the service answers and reaches its database."""

    status: str
    at: dt.datetime
    version: str


class FieldProblem(Answer):
    pointer: str = Field(description="JSON pointer into the body, or the parameter's name")
    detail: str


class ProblemAnswer(Answer):
    """RFC 9457. `detail` and `errors` are for people, in zh-TW."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]

"""Uploading rosters: several files at once, each with its own outcome; the sender says what a file does not."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anwang.agencies.middleware import sign_in_required
from anwang.agencies.queries import agency_ids
from anwang.agencies.requests import MemberRequest
from anwang.people.rosters.actions import Loader, LoadNotAllowed, load_file
from anwang.people.rosters.models import RosterReceipt
from anwang.people.rosters.queries import rosters_of
from anwang.people.rosters.recognition import Given, Version
from anwang.platform import audit
from anwang.standard.codes import AgencyCode, RosterCode
from anwang.standard.dates import read_period
from anwang.web.clocks import moment_text
from anwang.web.components import Cell, Choice, Column, Field, Row, Table, tag

from .pages import loader_of
from .tables import change_words, receipt_url, roster_words, state_of

_ASK = {
    "list": "請選擇檔案是哪一份名冊。",
    "period": "請寫出檔案是哪個月份的資料。",
    "version": "請選擇這是同月份的另一部分，或要取代先前的全部。",
}
ACCEPT = ".csv,.txt,.xlsx,.xls,.ods"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a receipt, or a refusal without one. `is_repeat`: the file had been loaded before."""

    file_name: str
    receipt: RosterReceipt | None
    message: str = ""
    is_repeat: bool = False

    @property
    def is_good(self) -> bool:
        return self.receipt is not None and self.receipt.state == RosterReceipt.State.ACCEPTED

    @property
    def missing(self) -> list[str]:
        """What the sender must say: `list`, `agency`, `period`."""
        return self.receipt.recognition.get("missing", []) if self.receipt else []


@sign_in_required
@require_http_methods(["GET", "POST"])
def upload(request: MemberRequest) -> HttpResponse:
    loader = loader_of(request)
    if request.method == "GET":
        return _form(request, loader, [])
    now = timezone.now()
    files = request.FILES.getlist("files")
    given, problem = _given(request, loader)
    if problem or not files:
        return _form(request, loader, [], problem=problem, error="" if files else "請選擇要上傳的檔案。")
    outcomes = [outcome for file in files for outcome in _load(file, given, loader, now)]
    if len(outcomes) == 1 and outcomes[0].is_good and outcomes[0].receipt:
        one = outcomes[0].receipt
        if outcomes[0].is_repeat:
            messages.info(
                request,
                f"這個檔案已經載入過（{moment_text(one.loaded_at)}，{one.number}），這次沒有任何更動。",
            )
        else:
            messages.success(request, f"已載入 {one.accepted:,} 列。")
        return redirect(receipt_url(one))
    return _form(request, loader, outcomes)


def _load(file: UploadedFile[bytes], given: Given, loader: Loader, now: dt.datetime) -> list[Outcome]:
    name = Path(file.name or "").name
    try:
        with _on_disk(file) as path:
            receipts = load_file(path=path, file_name=name, given=given, loader=loader, now=now)
    except LoadNotAllowed as refusal:
        audit.record(
            context=loader.context,
            at=now,
            action=audit.Action.REFUSED,
            subject_kind="roster",
            member_name=loader.name,
            detail={"size": file.size},
        )
        return [Outcome(name, None, str(refusal))]
    return [Outcome(name, each, each.message, is_repeat=each.loaded_at < now) for each in receipts]


@contextmanager
def _on_disk(file: UploadedFile[bytes]) -> Iterator[Path]:
    """The upload as a file. Django keeps small ones in memory; the readers want a path (their child opens it)."""
    if hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path())
        return
    suffix = Path(file.name or "").suffix
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=suffix[:10]) as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        yield Path(kept.name)


def _given(request: MemberRequest, loader: Loader) -> tuple[Given, dict[str, str]]:
    """What the sender said, and what is wrong with it by field name."""
    problem: dict[str, str] = {}
    roster = agency = period = None
    if text := request.POST.get("list", ""):
        roster = next((each for each in rosters_of(loader.context, agency_ids()) if each == text), None)
        if roster is None:
            problem["list"] = "請從清單選擇名冊。"
    if text := request.POST.get("agency", ""):
        agency = next((each for each in AgencyCode if each == text), None)
        if agency is None:
            problem["agency"] = "請從清單選擇局處。"
    if text := request.POST.get("period", "").strip():
        period = read_period(text)
        if period is None:
            problem["period"] = "看不懂這個月份，請寫成 115-03 或 115年3月。"
    version = next((each for each in Version if each == request.POST.get("version", "")), Version.RECOGNISE)
    return Given(agency, roster, period, version), problem


def _form(
    request: MemberRequest,
    loader: Loader,
    outcomes: list[Outcome],
    *,
    problem: dict[str, str] | None = None,
    error: str = "",
) -> HttpResponse:
    unsure = [each for each in outcomes if each.missing]
    refused = [each for each in outcomes if not each.is_good]
    fields = _fields(request, loader, problem or {}, {name for each in unsure for name in each.missing})
    opened = bool(unsure or problem or request.GET.get("list"))
    return render(
        request,
        "rosters/upload.html",
        {
            "nav": "rosters",
            "outcomes": outcomes,
            "table": outcome_table(outcomes),
            "good": len(outcomes) - len(refused),
            "unsure": unsure,
            "problems": [field for field in fields if field.error],
            "error": error,
            "given": render_to_string("rosters/given.html", {"fields": fields, "opened": opened}),
            "accept": ACCEPT,
        },
        status=422 if refused or problem or error else 200,
    )


def _fields(request: MemberRequest, loader: Loader, problem: dict[str, str], asked: set[str]) -> list[Field]:
    own = rosters_of(loader.context, agency_ids())
    said = request.POST if request.method == "POST" else request.GET
    errors = {name: _ASK[name] for name in asked if name in _ASK and not said.get(name)} | problem
    fields = [
        Field(
            "list",
            "名冊",
            "select",
            value=said.get("list", ""),
            choices=[Choice("", "由系統辨認"), *(Choice(each.value, each.label) for each in own)],
            error=errors.get("list", ""),
            required=False,
        )
    ]
    if len({RosterCode(each).agency for each in own}) > 1:
        fields.append(
            Field(
                "agency",
                "局處",
                "select",
                value=said.get("agency", ""),
                choices=[Choice("", "依名冊"), *(Choice(each.value, each.label) for each in AgencyCode)],
                required=False,
            )
        )
    fields.append(
        Field(
            "period",
            "資料月份",
            value=said.get("period", ""),
            hint="例如 115-03",
            width=10,
            error=errors.get("period", ""),
            required=False,
        )
    )
    fields.append(
        Field(
            "version",
            "同月份先前的名冊",
            "select",
            value=said.get("version", ""),
            choices=[
                Choice("", "更正先前的版本（由系統比對編號）"),
                Choice("add", "這是同月份的另一部分，先前的保留"),
                Choice("replace", "取代先前的全部"),
            ],
            error=errors.get("version", ""),
            required=False,
        )
    )
    return fields


def outcome_table(outcomes: list[Outcome]) -> Table:
    """What became of each file, with the link to its receipt."""
    rows = []
    for each in outcomes:
        href = receipt_url(each.receipt) if each.receipt else ""
        if each.is_good and each.receipt:
            words = "這個檔案已經載入過，沒有任何更動" if each.is_repeat else change_words(each.receipt)
            rows.append(
                Row(
                    (
                        Cell(each.file_name, sub=roster_words(each.receipt), href=href),
                        Cell(tag("已經載入過", "line") if each.is_repeat else state_of(each.receipt)),
                        Cell(f"{each.receipt.accepted:,}"),
                        Cell(words),
                    )
                )
            )
            continue
        state = tag("要請您說明", "amber") if each.missing else tag("整檔退回", "red")
        rows.append(Row((Cell(each.file_name, href=href), Cell(state), Cell("—"), Cell(each.message))))
    columns = (Column("檔案"), Column("結果"), Column("收下", numeric=True), Column("說明"))
    return Table("這次上傳的檔案", columns, rows, hide_caption=True)

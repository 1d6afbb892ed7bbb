"""A report as another system sends it, and as the intake room takes it. The shapes are the contract (docs/api).

Codes are those of the data standard and of the report form; what is free text there is free text here. Unknown names
are refused: what we do not know of would be lost without anybody noticing.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from ninja import Schema
from pydantic import (
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    StringConstraints,
)
from pydantic_core import PydanticKnownError

from anwang.services.intake.fields import FIELD, PERSON_FIELD
from anwang.services.intake.report_form import PersonForm, ReporterForm, ReportForm
from anwang.services.intake.rules import MOST_PERSONS
from anwang.services.intake.vocabulary import Channel, ReporterKind, ReportRole
from anwang.standard.codes import Sex
from anwang.standard.report_answers import Danger, MandatedKind, Need

MOST_FILES = 5
FILE_BYTES = 3_000_000
_BASE64 = 4 * -(-FILE_BYTES // 3)


def _written(value: object) -> object:
    """Only what is written as a date and time: a bare number would be read as seconds since 1970, which nobody meant."""
    if value is not None and not (isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value)):
        raise PydanticKnownError("datetime_parsing", {"error": "no date and time"})
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]


def _text(longest: int, description: str) -> type[str]:
    return Annotated[StrictStr, StringConstraints(max_length=longest), Field(description=description)]  # type: ignore[return-value]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


def _person(name: str) -> type[str]:
    return _text(PERSON_FIELD[name].longest, PERSON_FIELD[name].label)


def _report(name: str) -> type[str]:
    return _text(FIELD[name].longest, FIELD[name].label)


class PersonBody(Strict):
    """Somebody in a report. What is not known is left out; a child without a name is a person too."""

    role: ReportRole = Field(description="是什麼人；至少一人是 subject（被通報人）")
    relation: _person("relation") = ""  # type: ignore[valid-type]
    name: _person("name") = ""  # type: ignore[valid-type]
    id_number: _person("id_number") = ""  # type: ignore[valid-type]
    birth: _text(PERSON_FIELD["birth"].longest, "2015-05-20、104/5/20，或年齡如 8歲") = ""  # type: ignore[valid-type]
    sex: Sex | None = Field(None, description="性別")
    phone: _person("phone") = ""  # type: ignore[valid-type]
    address: _person("address") = ""  # type: ignore[valid-type]
    injuries: _person("injuries") = ""  # type: ignore[valid-type]
    note: _person("note") = ""  # type: ignore[valid-type]


class ReporterBody(Strict):
    """Who reports. Name, phone, workplace and address are sealed when they are kept."""

    kind: ReporterKind = Field(description="通報人身分")
    mandated_kind: MandatedKind | None = Field(None, description="責任通報的職務別；kind 是 mandated 時必填")
    name: _report("reporter_name") = ""  # type: ignore[valid-type]
    phone: _report("reporter_phone") = ""  # type: ignore[valid-type]
    workplace: _report("reporter_workplace") = ""  # type: ignore[valid-type]
    address: _report("reporter_address") = ""  # type: ignore[valid-type]
    wants_reply: StrictBool = Field(False, description="要回復處理情形（須留電話或地址）")


class FileBody(Strict):
    """A file, in Base64 (RFC 4648 section 4, with padding)."""

    name: Annotated[StrictStr, StringConstraints(min_length=1, max_length=120), Field(description="檔名")]
    content: Annotated[
        StrictStr,
        StringConstraints(min_length=4, max_length=_BASE64, pattern=r"^[A-Za-z0-9+/]+={0,2}$"),
        Field(description="內容（Base64）", json_schema_extra={"contentEncoding": "base64"}),
    ]


class ReportBody(Strict):
    """A report (通報). The 24-hour clock starts at `received_at`, or now where that is left out."""

    reporter: ReporterBody
    story: Annotated[
        StrictStr,
        StringConstraints(min_length=5, max_length=FIELD["story"].longest),
        Field(description="發生什麼事"),
    ]
    persons: list[PersonBody] = Field(min_length=1, max_length=MOST_PERSONS)
    received_at: Moment | None = Field(None, description="收到的時間，要有時區（+08:00）")
    late_reason: _report("late_reason") = ""  # type: ignore[valid-type]
    happened: _report("happened") = ""  # type: ignore[valid-type]
    township: _text(20, "發生在哪個鄉鎮市（代碼表 township 的名稱）") = ""  # type: ignore[valid-type]
    place: _report("place") = ""  # type: ignore[valid-type]
    dangers: list[Danger] = Field(default_factory=list, max_length=len(Danger), description="現在有沒有危險")
    needs: list[Need] = Field(default_factory=list, max_length=len(Need), description="需要什麼")
    attachments: list[FileBody] = Field(default_factory=list, max_length=MOST_FILES)


def forms_of(body: ReportBody) -> tuple[ReportForm, list[PersonForm], ReporterForm]:
    """The report as the intake room takes it from everybody."""
    who = body.reporter
    form = ReportForm(
        channel=Channel.API,
        reporter_kind=who.kind,
        mandated_kind=who.mandated_kind or "",
        received_at=_moment(body.received_at),
        late_reason=body.late_reason,
        happened=body.happened,
        township=body.township.replace("台", "臺"),
        place=body.place,
        story=body.story,
        dangers=tuple(dict.fromkeys(body.dangers)),
        needs=tuple(dict.fromkeys(body.needs)),
    )
    persons = [
        PersonForm(
            role=each.role,
            relation=each.relation,
            name=each.name,
            id_number=each.id_number,
            birth=each.birth,
            sex=each.sex or "",
            phone=each.phone,
            address=each.address,
            injuries=each.injuries,
            note=each.note,
        )
        for each in body.persons
    ]
    reporter = ReporterForm(
        name=who.name,
        phone=who.phone,
        workplace=who.workplace,
        address=who.address,
        wants_reply=who.wants_reply,
    )
    return form, persons, reporter


def _moment(at: dt.datetime | None) -> dt.datetime | None:
    return at.astimezone(dt.UTC) if at is not None else None


def pointer_of(field_id: str) -> str:
    """Where in the body a field of the form stands: `person-3-name` is `/persons/2/name`."""
    kind, _, rest = field_id.partition("-")
    number, _, name = rest.partition("-")
    if kind == "person" and number.isdecimal():
        return f"/persons/{int(number) - 1}/{name}"
    if field_id in ("reporter_kind", "mandated_kind", "wants_reply"):
        return f"/reporter/{field_id.removeprefix('reporter_')}"
    if field_id.startswith("reporter_"):
        return f"/reporter/{field_id.removeprefix('reporter_')}"
    return f"/{field_id}" if field_id else ""

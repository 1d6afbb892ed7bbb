"""Loading a roster file: recognise, check, keep. One transaction: a kill at any point leaves all or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from anwang.agencies.models import Unit
from anwang.agencies.queries import agency_ids, centre_of_township, office_of
from anwang.agencies.rules import Permission, permissions_of
from anwang.people.registry.actions import IncomingRecord, accept_records, lock_roster
from anwang.platform import audit
from anwang.platform.context import SYSTEM, AccessContext, Actor, acting
from anwang.platform.files.refused import FileRefused
from anwang.platform.files.tables import read_table
from anwang.standard.codes import RosterCode
from anwang.standard.fields import FieldId
from anwang.standard.record import StandardRecord

from .models import RosterReceipt, RosterRemark
from .parts import ALSO, parts_in_force
from .queries import refused_rows
from .reading import RowReading
from .recognise import recognise_all
from .recognition import Given, Recognition, RecognitionUnsure, Version
from .remarks import change_remarks, recognition_json, refusal_json, row_remarks
from .rows import read_rows
from .versions import replaced_parts, version_notes

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Loader:
    """Who loads: the context that may do it, and the name that the receipt shows."""

    context: AccessContext
    name: str


class LoadNotAllowed(Exception):
    """The loader may not load this roster; the message is for the user (zh-TW)."""


def load_file(
    *, path: Path, file_name: str, given: Given, loader: Loader, now: dt.datetime
) -> list[RosterReceipt]:
    """Load one file and return a receipt for each roster found in it (one, as a rule).

    A file refused as a whole gives one receipt that says why. The same file again gives the earlier receipt and
    changes nothing. Raises LoadNotAllowed when the loader may not load rosters of that bureau.
    """
    context = loader.context
    if context.actor is not Actor.SYSTEM and Permission.LOAD_ROSTERS not in permissions_of(context.roles):
        raise LoadNotAllowed("您的職務不能載入名冊。")
    size = path.stat().st_size
    # A name of bytes that are no UTF-8 cannot be kept as it is; the file is loaded all the same.
    file_name = file_name.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")
    try:
        table = read_table(path, name=file_name)
        digest = _sha256(path)
        today = timezone.localdate(now)
        readings = [read_rows(table, recognition, today=today) for recognition in recognise_all(table, given)]
    except FileRefused as refusal:
        return [_refuse(file_name, size, refusal, loader, now)]
    for reading in readings:
        _check_allowed(loader, reading.recognition)
    try:
        with acting(SYSTEM):
            return [
                _keep(reading, file_name, size, digest, loader, now, given.version) for reading in readings
            ]
    except RecognitionUnsure as refusal:
        return [_refuse(file_name, size, refusal, loader, now)]


def _check_allowed(loader: Loader, recognition: Recognition) -> None:
    """A liaison loads the own bureau's rosters, the data engineer those of every bureau."""
    context = loader.context
    if context.actor is Actor.SYSTEM or "data_engineer" in context.roles:
        return
    # Of both: the sender may have said another bureau than the one whose list it is.
    own = agency_ids()
    for agency in (recognition.agency, recognition.roster.agency):
        if own.get(agency) != context.agency_id:
            raise LoadNotAllowed(f"這是{agency.label}的名冊，只能由該局處的聯絡人或資料工程師載入。")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _refuse(
    file_name: str, size: int, refusal: FileRefused, loader: Loader, now: dt.datetime
) -> RosterReceipt:
    with acting(SYSTEM):
        receipt = RosterReceipt.objects.create(
            file_name=file_name[:255],
            sha256="",
            size=size,
            unit_id=loader.context.unit_id,
            agency_id=loader.context.agency_id,
            state=RosterReceipt.State.REFUSED,
            message=refusal.message_zh,
            recognition=refusal_json(refusal),
            loaded_by=loader.context.member_id,
            loaded_by_name=loader.name,
            loaded_at=now,
        )
        _audit(receipt, loader, now)
    return receipt


def _keep(
    reading: RowReading,
    file_name: str,
    size: int,
    digest: str,
    loader: Loader,
    now: dt.datetime,
    version: Version,
) -> RosterReceipt:
    found = reading.recognition
    # The same roster loaded twice at once: the second waits, and then finds the first one's receipt.
    lock_roster(roster=found.roster, period=found.period)
    parts = parts_in_force(found.roster, found.period.first_day)
    for part in parts:
        if part.receipt.sha256 == digest and (version is not Version.REPLACE or len(parts) == 1):
            return part.receipt
    receipts = "、".join(part.receipt.number for part in parts)
    chosen = replaced_parts(
        [record.record_number for record in reading.records],
        [part.numbers for part in parts],
        version,
        f"{found.period.roc} 的{found.roster.label}（收據 {receipts}）",
    )
    replaced = [parts[index] for index in chosen]
    latest = replaced[-1].receipt if replaced else None
    recognition = recognition_json(found)
    if len(replaced) > 1:
        recognition[ALSO] = [part.receipt.pk for part in replaced[:-1]]
    agency_id = agency_ids()[found.agency]
    office = office_of(found.agency)
    receipt = RosterReceipt.objects.create(
        file_name=file_name[:255],
        sha256=digest,
        size=size,
        agency_id=agency_id,
        unit=office,
        roster=found.roster,
        period=found.period.first_day,
        state=RosterReceipt.State.ACCEPTED,
        recognition=recognition,
        accepted=reading.accepted,
        refused=reading.refused,
        loaded_by=loader.context.member_id,
        loaded_by_name=loader.name,
        loaded_at=now,
        replaces=latest,
    )
    unit_of = _unit_finder(found, office, now)
    changes = accept_records(
        incoming=[
            IncomingRecord(record, content_hash, unit_of(record))
            for record, content_hash in zip(reading.records, reading.hashes, strict=True)
        ],
        roster=found.roster,
        period=found.period,
        agency_id=agency_id,
        receipt_id=receipt.pk,
        replaced_receipts=frozenset().union(*(part.receipts for part in replaced)),
        now=now,
    )
    replaced_rows = sum(len(part.numbers) for part in replaced)
    kept_rows = sum(len(part.numbers) for part in parts) - replaced_rows
    receipt.message = "\n".join([*found.notes, *version_notes(changes.withdrawn, replaced_rows, kept_rows)])
    receipt.added, receipt.changed = changes.added, changes.changed
    receipt.withdrawn, receipt.unchanged = changes.withdrawn, changes.unchanged
    receipt.save(update_fields=["message", "added", "changed", "withdrawn", "unchanged"])
    remarks = row_remarks(reading, receipt, office)
    if latest is not None:
        remarks += change_remarks(receipt, office)
    RosterRemark.objects.bulk_create(remarks, batch_size=1000)
    _audit(receipt, loader, now)
    return receipt


def _unit_finder(found: Recognition, office: Unit, now: dt.datetime) -> Callable[[StandardRecord], int]:
    """Whose record a row is: of the centre that works with the family, for the lists that centres work on; else of
    the bureau's office."""
    centres = centre_of_township(timezone.localdate(now))
    by_name = {unit.name[:2]: unit.pk for unit in centres.values()}
    worked_by_centres = found.roster in (RosterCode.VULNERABLE_FAMILY, RosterCode.CHILD_OUTREACH)

    def unit_of(record: StandardRecord) -> int:
        if worked_by_centres:
            named = by_name.get(record.details.get(FieldId.WELFARE_CENTER, "").strip()[:2])
            if named:
                return named
            township = record.address.township if record.address else ""
            if township in centres:
                return centres[township].pk
        return office.pk

    return unit_of


def _audit(receipt: RosterReceipt, loader: Loader, now: dt.datetime) -> None:
    audit.record(
        context=loader.context,
        at=now,
        action=audit.Action.LOADED_ROSTER,
        subject_kind="roster_receipt",
        subject_id=receipt.pk,
        member_name=loader.name,
        detail={"state": receipt.state, "accepted": receipt.accepted, "refused": receipt.refused},
    )


@transaction.atomic
def open_receipt(*, receipt: RosterReceipt, by: Loader, now: dt.datetime) -> None:
    """Record that somebody opened a receipt, whose refused rows and notes hold values of persons."""
    audit.record(
        context=by.context,
        at=now,
        action=audit.Action.OPENED_ROSTER,
        subject_kind="roster_receipt",
        subject_id=receipt.pk,
        member_name=by.name,
        detail={"refused": receipt.refused},
    )


@transaction.atomic
def refusals_of(*, receipt: RosterReceipt, by: Loader, now: dt.datetime) -> list[RosterRemark]:
    """The refused rows of a receipt, to be sent back; taking them out is recorded."""
    audit.record(
        context=by.context,
        at=now,
        action=audit.Action.EXPORTED_REFUSALS,
        subject_kind="roster_receipt",
        subject_id=receipt.pk,
        member_name=by.name,
        detail={"rows": receipt.refused},
    )
    return refused_rows(receipt)

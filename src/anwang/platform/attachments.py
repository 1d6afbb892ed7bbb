"""Files kept with a record: checked when they come in, sealed in a column, handed out as downloads only.

The bytes lie in the database, so that row security covers them as it covers the record, and they are sealed there.
A file is kept exactly as it was sent (its digest proves it: a photo of an injury is evidence), so a photo's own data
(EXIF) stays too; where that tells the place, `has_location` says so and the page warns before it is passed on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
import uuid
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

from django.db import models

from . import audit
from .context import AccessContext
from .county_policy import policy_in_force
from .files.attached_kinds import ACCEPTED, AttachedKind, recognise
from .files.image_sizes import ImageSize
from .files.refused import MEGABYTE, FileRefused
from .sealing import SealedField, SealingError, open_field, seal_field

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class AttachmentLimits:
    """`size` in bytes of one file; `kinds` are those that this place takes."""

    size: int = 20 * MEGABYTE
    kinds: frozenset[AttachedKind] = field(default_factory=lambda: frozenset(AttachedKind))


DEFAULT_LIMITS = AttachmentLimits()


def limits_in_force(on: dt.date) -> AttachmentLimits:
    """What the policy allows on a day (`attachment.size.megabytes`), for files that members upload."""
    return AttachmentLimits(size=policy_in_force().number("attachment.size.megabytes", on=on) * MEGABYTE)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed. `name` is fit to show; `media_type` is ours, not the sender's; `notes` are for the sender."""

    name: str
    kind: AttachedKind
    size: int
    sha256: str
    content: bytes = field(repr=False)
    pixels: ImageSize | None = None
    has_location: bool = False

    @property
    def media_type(self) -> str:
        return self.kind.media_type

    @property
    def notes(self) -> tuple[str, ...]:
        if self.has_location:
            return ("這張照片記有拍攝地點（GPS），已原樣收存；轉給其他人之前請留意，以免洩漏住處。",)
        return ()


def checked_attachment(
    name: str, stream: IO[bytes], *, limits: AttachmentLimits = DEFAULT_LIMITS
) -> CheckedFile:
    """Read a file of a stranger and check it. Raises FileRefused with a message for the sender.

    Its kind is what the content says, and the name's ending must agree. Nothing of it is run or drawn.
    """
    data = stream.read(limits.size + 1)
    if len(data) > limits.size:
        raise FileRefused(
            "too_large",
            f"檔案超過上限 {limits.size // MEGABYTE} MB。照片請縮小，長文件請分成幾個檔案後再上傳。",
        )
    found = recognise(data)
    if found.kind not in limits.kinds:
        raise FileRefused("other_kind", f"這裡不收{found.kind.label}。")
    shown = clean_name(name, found.kind)
    ending = shown.rpartition(".")[2].lower()
    if ending not in found.kind.extensions:
        raise FileRefused(
            "name_disagrees",
            f"檔名結尾是 .{ending[:10]}，內容卻是{found.kind.label}。"
            f"請確認檔案沒有拿錯；若沒錯，把檔名改成 .{found.kind.extensions[0]} 結尾後再上傳。可以上傳：{ACCEPTED}。",
        )
    return CheckedFile(
        name=shown,
        kind=found.kind,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        content=data,
        pixels=found.pixels,
        has_location=found.has_location,
    )


def clean_name(name: str, kind: AttachedKind) -> str:
    """The last part of a path without signs that mislead (control and direction marks) or that systems forbid."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    name = re.sub(r'[<>:"|?*]+', "_", name).strip().rstrip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, kind.extensions[0]  # a name without ending promises nothing
    stem = stem.strip(" .")[: NAME_LENGTH - len(ending) - 1] or "附件"
    return f"{stem}.{ending}"


class Attachment(models.Model):
    """What a room's own table of attachments inherits, adding its foreign key to the record and its row security.

    Append-only but for `withdrawn_at`: a wrong file is withdrawn, not deleted, and can then not be opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit_id = models.BigIntegerField()
    name = models.CharField(max_length=NAME_LENGTH)
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.label) for kind in AttachedKind])
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    has_location = models.BooleanField(default=False)
    content = SealedField(row_by=("id",))
    added_at = models.DateTimeField()
    added_by = models.BigIntegerField(null=True)
    added_by_name = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True

    @property
    def media_type(self) -> str:
        return AttachedKind(self.kind).media_type

    @property
    def download_name(self) -> str:
        """Our own name for the download: the sender's may hold the name of a person, and stays on the page."""
        return f"附件-{self.id.hex[:8]}.{AttachedKind(self.kind).extensions[0]}"

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


A = TypeVar("A", bound=Attachment)


def attach(
    model: type[A],
    file: CheckedFile,
    *,
    unit_id: int,
    subject_kind: str,
    subject_id: object,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    **relation: Any,
) -> A:
    """Keep a checked file with a record (`relation`: the foreign key). Audited; in the caller's transaction.

    The same file sent twice for the same record (a double click, a retry) is kept once.
    """
    same = model._default_manager.filter(
        sha256=file.sha256, name=file.name, withdrawn_at__isnull=True, **relation
    ).first()
    if same is not None:
        return same
    row = model(
        unit_id=unit_id,
        name=file.name,
        kind=file.kind.value,
        size=file.size,
        sha256=file.sha256,
        has_location=file.has_location,
        added_at=now,
        added_by=by.member_id,
        added_by_name=by_name,
        **relation,
    )
    seal_field(row, "content", file.content)
    row.save(force_insert=True)
    _record(audit.Action.ADDED_ATTACHMENT, row, subject_kind, subject_id, by, by_name, now)
    return row


def opened_attachment(
    row: Attachment,
    *,
    subject_kind: str,
    subject_id: object,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    purpose: str = "",
) -> bytes:
    """The bytes for a download, audited. Raises SealingError when they do not open or are not those that were sent,
    ValueError when the file was withdrawn."""
    if row.withdrawn_at is not None:
        raise ValueError("withdrawn")
    content: bytes = open_field(row, "content", as_bytes=True)
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise SealingError("附件的內容與收存時不同，無法開啟。請通知系統管理人員。")
    _record(audit.Action.OPENED_ATTACHMENT, row, subject_kind, subject_id, by, by_name, now, purpose)
    return content


def withdraw_attachment(
    row: Attachment,
    *,
    subject_kind: str,
    subject_id: object,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
) -> bool:
    """Withdraw a wrong file; it stays in the record and is not opened any more. False when it was withdrawn before."""
    changed = (
        type(row)
        ._default_manager.filter(pk=row.pk, withdrawn_at__isnull=True)
        .update(withdrawn_at=now, withdrawn_by_name=by_name)
    )
    if changed:
        row.withdrawn_at, row.withdrawn_by_name = now, by_name
        _record(audit.Action.WITHDREW_ATTACHMENT, row, subject_kind, subject_id, by, by_name, now)
    return bool(changed)


def _record(
    action: str,
    row: Attachment,
    subject_kind: str,
    subject_id: object,
    by: AccessContext,
    by_name: str,
    now: dt.datetime,
    purpose: str = "",
) -> None:
    audit.record(
        context=by,
        at=now,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        member_name=by_name,
        purpose=purpose,
        detail={"attachment": str(row.pk), "kind": row.kind, "bytes": row.size},
    )

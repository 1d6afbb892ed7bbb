"""Drafts of one member: kept, merged, set aside and thrown away. Sealed at rest.

A save says which revision it began from. When the draft has moved on since (another tab), the two are merged by field;
what both changed is not decided here: the tab's text is set aside under its own name, until its writer decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction

from .merging import ROW_BASE, ROW_REVISION, Fields, Merge, Values, merge, row_of
from .models import Draft
from .sealing import open_field, seal_field

UNNAMED_TAB = "-"


@dataclass(frozen=True, slots=True)
class Aside:
    """A tab's text that waits beside the draft. `words` are the labels that the tab showed, by field."""

    tab: str
    base: Fields
    fields: Fields
    words: Mapping[str, Any]
    saved_at: dt.datetime


@dataclass(frozen=True, slots=True)
class KeptDraft:
    form: str
    fields: dict[str, Values]
    revision: int
    saved_at: dt.datetime


class Outcome(StrEnum):
    """What became of a save. `stale`: send it again with what it began from; `conflict`: set aside, to be decided."""

    SAVED = "saved"
    MERGED = "merged"
    STALE = "stale"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Saved:
    """`draft` is what is kept now; `merged` what came together, when two did."""

    outcome: Outcome
    draft: KeptDraft
    merged: Merge | None = None


def kept_draft(member_id: int, form: str) -> KeptDraft | None:
    """The member's draft of a form. Raises SealingError when its key is missing."""
    row = Draft.objects.filter(member_id=member_id, form=form, tab="").first()
    return _kept(row) if row else None


def asides(member_id: int, form: str) -> tuple[Aside, ...]:
    """The texts of tabs that wait beside the draft, oldest first."""
    rows = Draft.objects.filter(member_id=member_id, form=form).exclude(tab="").order_by("saved_at", "pk")
    return tuple(_aside(row) for row in rows)


def waiting_tabs(member_id: int, form: str) -> list[str]:
    """The tabs whose text waits, oldest first, without opening it."""
    rows = Draft.objects.filter(member_id=member_id, form=form).exclude(tab="").order_by("saved_at", "pk")
    return list(rows.values_list("tab", flat=True))


def keep_draft(
    *,
    member_id: int,
    form: str,
    fields: Fields,
    revision: int,
    now: dt.datetime,
    base: Fields | None = None,
    tab: str = "",
    words: Mapping[str, Any] | None = None,
) -> Saved:
    """Keep what was typed, begun from `revision` (0: from nothing) and, if known, from the fields `base`."""
    try:
        with transaction.atomic():
            return _keep(member_id, form, fields, revision, now, base, tab, words or {})
    except IntegrityError:  # two tabs made the draft in the same moment; now it is there
        with transaction.atomic():
            return _keep(member_id, form, fields, revision, now, base, tab, words or {})


def _keep(
    member_id: int,
    form: str,
    fields: Fields,
    revision: int,
    now: dt.datetime,
    base: Fields | None,
    tab: str,
    words: Mapping[str, Any],
) -> Saved:
    row = Draft.objects.select_for_update().filter(member_id=member_id, form=form, tab="").first()
    if row is None:
        row = Draft(member_id=member_id, form=form, revision=max(revision, 0))
        return Saved(Outcome.SAVED, _write(row, fields, now, tab))
    kept = _kept(row)
    if kept.fields == dict(fields):  # an answer that was lost, or the same words twice
        _forget_aside(member_id, form, tab)
        return Saved(Outcome.SAVED, kept)
    if revision == row.revision:
        return Saved(Outcome.SAVED, _write(row, fields, now, tab))
    if base is None:
        return Saved(Outcome.STALE, kept)
    merged = merge_drafts(base, fields, kept.fields)
    if not merged.conflicts:
        return Saved(Outcome.MERGED, _write(row, merged.values, now, tab), merged)
    _set_aside(member_id, form, tab or UNNAMED_TAB, base, fields, words, now)
    return Saved(Outcome.CONFLICT, kept, merged)


def merge_drafts(base: Fields, mine: Fields, theirs: Fields) -> Merge:
    """Merge two texts of a draft. Of the revisions of the record that they began from the older one counts: what
    others saved since then is found when the form is sent."""
    began = min((mine, theirs), key=_row_revision)
    pair = {name: began[name] for name in (ROW_REVISION, ROW_BASE) if name in began}

    def with_pair(fields: Fields) -> dict[str, Values]:
        return {name: v for name, v in fields.items() if name not in (ROW_REVISION, ROW_BASE)} | pair

    return merge(with_pair(base), with_pair(mine), with_pair(theirs), group_of=row_of)


def _row_revision(fields: Fields) -> int:
    text = next(iter(fields.get(ROW_REVISION, ())), "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 2**31


def discard_draft(*, member_id: int, form: str) -> None:
    """Throw the draft away, and what was set aside, because its writer said so."""
    Draft.objects.filter(member_id=member_id, form=form).delete()


def finish_draft(*, member_id: int, form: str, revision: int | None = None, tab: str = "") -> None:
    """The form was sent: its draft goes, unless another tab has written something else since; that stays."""
    own = Draft.objects.filter(member_id=member_id, form=form)
    if tab:
        own.filter(tab=tab).delete()
    main = own.filter(tab="")
    if revision is None:
        main.delete()
    else:
        main.filter(revision=revision).delete()
        if tab:
            main.filter(written_by=tab).delete()


def delete_old_drafts(*, before: dt.datetime) -> int:
    """Delete drafts that nobody has touched since `before`; returns how many."""
    return Draft.objects.filter(saved_at__lt=before).delete()[0]


def _kept(row: Draft) -> KeptDraft:
    return KeptDraft(row.form, _fields(open_field(row, "sealed")["fields"]), row.revision, row.saved_at)


def _aside(row: Draft) -> Aside:
    content = open_field(row, "sealed")
    return Aside(
        row.tab, _fields(content["base"]), _fields(content["fields"]), content["words"], row.saved_at
    )


def _fields(content: dict[str, list[str]]) -> dict[str, Values]:
    return {name: tuple(values) for name, values in content.items()}


def _write(row: Draft, fields: Fields, now: dt.datetime, tab: str) -> KeptDraft:
    seal_field(row, "sealed", {"fields": {name: list(values) for name, values in fields.items()}})
    row.revision, row.saved_at, row.written_by = row.revision + 1, now, tab
    row.save()
    _forget_aside(row.member_id, row.form, tab)
    return KeptDraft(row.form, dict(fields), row.revision, now)


def _set_aside(
    member_id: int,
    form: str,
    tab: str,
    base: Fields,
    fields: Fields,
    words: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    row, _ = Draft.objects.get_or_create(
        member_id=member_id, form=form, tab=tab, defaults={"sealed": b"", "saved_at": now}
    )
    seal_field(
        row,
        "sealed",
        {
            "base": {name: list(values) for name, values in base.items()},
            "fields": {name: list(values) for name, values in fields.items()},
            "words": words,
        },
    )
    row.revision, row.saved_at, row.written_by = row.revision + 1, now, tab
    row.save()


def _forget_aside(member_id: int, form: str, tab: str) -> None:
    if tab:
        Draft.objects.filter(member_id=member_id, form=form, tab=tab).delete()

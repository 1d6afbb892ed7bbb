"""The draft of a form of several steps, each a POST: what stands on the page is kept with every step, with or without
script, and all steps of one page are one tab to the draft."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from anwang.platform.drafts import Outcome, Saved, finish_draft, keep_draft
from anwang.platform.merging import Values
from anwang.platform.models import Draft
from anwang.platform.sealing import SealingError
from anwang.web.drafts import Drafts

_TAB = 24


@dataclass(frozen=True, slots=True)
class Step:
    """Where a page stands in its draft. Not `is_kept`: another tab wrote since; the page is newer than any draft."""

    tab: str
    revision: int
    is_kept: bool = True


def at_start(drafts: Drafts) -> Step:
    """A page that is opened: a tab of its own, at the draft's revision."""
    return Step(secrets.token_hex(_TAB // 2), drafts.kept.revision if drafts.kept else 0)


def kept_step(request: HttpRequest, drafts: Drafts, fields: Mapping[str, Values]) -> Step:
    """Keep what stands on the page now as its draft."""
    tab = request.POST.get("_draft_tab", "")[:40] or secrets.token_hex(_TAB // 2)
    said = request.POST.get("_draft_revision", "")
    revision = int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0
    if drafts.member_id is None:
        return Step(tab, revision, is_kept=False)
    try:
        saved = _keep(drafts, fields, revision, tab)
        if saved.outcome is Outcome.STALE and _is_own(drafts, tab):
            # The script saved this very tab while the page was on its way: what was sent is the newer.
            saved = _keep(drafts, fields, saved.draft.revision, tab)
    except SealingError:
        return Step(tab, revision, is_kept=False)
    is_kept = saved.outcome in (Outcome.SAVED, Outcome.MERGED)
    return Step(tab, saved.draft.revision if is_kept else revision, is_kept)


def finish(drafts: Drafts, step: Step) -> None:
    """The form was sent: its draft goes, unless another tab has written something else since."""
    if drafts.member_id is not None:
        revision = step.revision if step.is_kept else -1
        finish_draft(member_id=drafts.member_id, form=drafts.form, revision=revision, tab=step.tab)


def _keep(drafts: Drafts, fields: Mapping[str, Values], revision: int, tab: str) -> Saved:
    return keep_draft(
        member_id=drafts.member_id or 0,
        form=drafts.form,
        fields=fields,
        revision=revision,
        now=timezone.now(),
        tab=tab,
    )


def _is_own(drafts: Drafts, tab: str) -> bool:
    rows = Draft.objects.filter(member_id=drafts.member_id or 0, form=drafts.form, tab="")
    return rows.filter(written_by=tab).exists()

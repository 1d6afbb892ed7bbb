"""Every kind of subject that the log can hold has words on 誰看過, and numbered ones their number."""

from __future__ import annotations

import re
from pathlib import Path

import anwang
from anwang.web.views.filters import read_query, subject_words

_KIND = re.compile(
    r'(?:subject_kind=|subject=\(|with_persons\(|^(?:SUBJECT|KIND)\b[^=\n]*= )"([a-z_]+)"', re.M
)


def test_every_kind_of_subject_has_words() -> None:
    sources = Path(anwang.__file__).parent.rglob("*.py")
    kinds = {kind for path in sources for kind in _KIND.findall(path.read_text(encoding="utf-8"))}
    assert {"case", "investigation", "dispatch", "hand_over"} <= kinds
    for kind in sorted(kinds):
        assert not re.search("[a-z]", subject_words(kind, "12")), kind


def test_a_case_is_found_by_its_number() -> None:
    found = read_query({"subject": "C-0000012"})
    assert (found.wanted.subject_kind, found.wanted.subject_id) == ("case", "12")
    assert subject_words("case", "12") == "C-0000012"

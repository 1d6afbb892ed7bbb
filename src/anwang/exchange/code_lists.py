"""The code lists that the API speaks: those of a report, and those of the data standard. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from anwang.services.intake.process import ReportState
from anwang.services.intake.vocabulary import ReporterKind, ReportRole
from anwang.standard.codes import Sex
from anwang.standard.fields import CATALOGUE
from anwang.standard.report_answers import Danger, MandatedKind, Need
from anwang.standard.townships import TOWNSHIPS
from anwang.standard.vocabularies import VOCABULARIES

from .rules import Scope


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list with its codes and their labels, in the order in which people read them."""

    id: str
    label: str
    codes: tuple[tuple[str, str], ...]


def _labelled(codes: Iterable[StrEnum]) -> tuple[tuple[str, str], ...]:
    return tuple((code.value, code.label) for code in codes)  # type: ignore[attr-defined]


def code_lists() -> tuple[CodeList, ...]:
    """Those of reports first, then those of the data standard by field."""
    fields = {each.id: each.label for each in CATALOGUE}
    return (
        CodeList("reporter_kind", "通報人身分", _labelled(ReporterKind)),
        CodeList("mandated_kind", "責任通報的職務別", _labelled(MandatedKind)),
        CodeList("report_role", "通報中是什麼人", _labelled(ReportRole)),
        CodeList("sex", "性別", _labelled(Sex)),
        CodeList("danger", "危險", _labelled(Danger)),
        CodeList("need", "需要", _labelled(Need)),
        CodeList("township", "鄉鎮市（填名稱）", tuple((each.name, each.name) for each in TOWNSHIPS)),
        CodeList("report_state", "通報狀態", _labelled(ReportState)),
        CodeList("scope", "權杖的範圍", _labelled(Scope)),
        *(
            CodeList(
                field.value,
                fields[field],
                tuple((code.value, label) for code, label in vocabulary.labels.items()),
            )
            for field, vocabulary in VOCABULARIES.items()
        ),
    )

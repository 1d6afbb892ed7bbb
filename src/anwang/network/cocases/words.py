"""Reading the rosters' own fields (`Service.details`) through the standard's code lists, against policy."""

from __future__ import annotations

import datetime as dt

from anwang.policy import Policy
from anwang.standard.fields import FieldId
from anwang.standard.vocabularies import label_of, read_code

from .facts import Service


def says(service: Service, field: FieldId, codes_id: str, policy: Policy, on: dt.date) -> bool:
    """True when a field holds one of the codes of a policy list, as a code or as a bureau's word for it.

    An empty field has the code that the standard gives to a blank (a suicide cause that is not stated), or none.
    """
    code = read_code(field, service.details.get(field, ""))
    return code is not None and code.value in policy.texts(codes_id, on=on)


def mentions(service: Service, field: FieldId, words_id: str, policy: Policy, on: dt.date) -> bool:
    """True when the text of a field without a code list holds one of the words of a policy list."""
    text = service.details.get(field, "")
    return any(word in text for word in policy.texts(words_id, on=on))


def shown(service: Service, field: FieldId) -> str:
    """A field as reasons print it: what the bureau wrote, or the label of the code."""
    text = service.details.get(field, "").strip()
    return label_of(field, text)


def counted(number: int) -> str:
    """一位, 兩位, 三位 … for reasons."""
    return f"{'零一兩三四五六七八九十'[number]}位" if number <= 10 else f"{number}位"

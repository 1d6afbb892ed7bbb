"""`anwang bench lookup`: its crowd is a sound home that can be asked, and row security is in force again after it."""

from __future__ import annotations

import pytest

from anwang.commands.bench import lookup
from anwang.commands.bench.crowd import SERVED, crowd, fill
from anwang.commands.bench.looking import look
from anwang.people.registry.models import SourceRecord
from anwang.platform.context import SYSTEM, acting
from tests import county


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_crowd_is_filled_in_and_found(monkeypatch: pytest.MonkeyPatch) -> None:
    county.establish("intake")
    everybody = list(crowd(600, 5))
    assert everybody == list(crowd(600, 5))
    records = fill(everybody, 5)
    assert not SourceRecord.objects.exists(), "nobody acts, nothing is seen"
    with acting(SYSTEM):
        assert SourceRecord.objects.count() == records
        assert 600 * (1 + SERVED / 2) < records < 600 * (1 + 2 * SERVED)
        assert set(look()["problems"]) <= {"record_without_receipt", "receipts_and_records_differ"}
    monkeypatch.setattr(lookup, "ASKED", 4)
    answers = lookup._ask(everybody, 5)
    assert set(answers) == set(lookup.QUESTIONS)
    for sure in ("姓名、出生年", "證號", lookup.PHONE, "全部"):
        assert answers[sure].found == 4, sure
    assert all(len(answer.seconds) == 4 for answer in answers.values())
    searches = lookup._search(everybody, 5)
    assert set(searches) == set(lookup.TEXTS)
    for sure in ("姓名", "姓名與出生年", "證號", "證號前六碼", "生日"):
        assert searches[sure].found == 4, sure
    keys, size = lookup._keys()
    assert keys > 10 * 600
    assert size > 8 * keys

"""Who may come in, how often, whom an event reaches, when to try again."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.exchange.rules import (
    Reach,
    Refusal,
    RetryPolicy,
    Scope,
    TokenFacts,
    comes_from,
    next_attempt,
    rate_decision,
    reaches,
    read_networks,
    refusal,
    token_days_problem,
)

TODAY = dt.date(2026, 3, 31)
NOW = dt.datetime(2026, 3, 31, 23, 59, 50, tzinfo=dt.UTC)


def _facts(**changes: object) -> TokenFacts:
    return TokenFacts(
        **{"expires_on": TODAY, "is_revoked": False, "is_active": True, "networks": (), **changes}
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "address", "expected"),
    [
        (None, "127.0.0.1", Refusal.UNKNOWN),
        (_facts(), "127.0.0.1", None),  # its last day is a day
        (_facts(expires_on=TODAY - dt.timedelta(days=1)), "127.0.0.1", Refusal.EXPIRED),
        (_facts(is_revoked=True, is_active=False), "127.0.0.1", Refusal.REVOKED),
        (_facts(is_active=False), "127.0.0.1", Refusal.INACTIVE),
        (_facts(networks=("203.0.113.0/24",)), "203.0.113.7", None),
        (_facts(networks=("203.0.113.0/24",)), "::ffff:203.0.113.7", None),
        (_facts(networks=("203.0.113.0/24",)), "203.0.114.7", Refusal.NETWORK),
        (_facts(networks=("203.0.113.0/24",)), "", Refusal.NETWORK),
        (_facts(networks=("2001:db8::/32", "203.0.113.7/32")), "2001:db8::1", None),
    ],
)
def test_who_comes_in(facts: TokenFacts | None, address: str, expected: Refusal | None) -> None:
    assert refusal(facts, address=address, today=TODAY) == expected


def test_networks_as_people_write_them() -> None:
    assert read_networks("203.0.113.7\n 203.0.113.0/24, 203.0.113.9/24、2001:db8::1") == (
        "203.0.113.7/32",
        "203.0.113.0/24",
        "2001:db8::1/128",
    )
    assert read_networks("  ") == ()
    with pytest.raises(ValueError, match="「公所」不是網路位址"):
        read_networks("公所")
    assert comes_from("anything", ())


def test_calls_of_a_minute() -> None:
    assert [rate_decision(count=n, limit=2, now=NOW).is_allowed for n in (1, 2, 3)] == [True, True, False]
    assert rate_decision(count=3, limit=2, now=NOW).retry_after == 10
    assert [rate_decision(count=n, limit=2, now=NOW).remaining for n in (1, 2, 3)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("units", "delivered_by", "kinds", "expected"),
    [
        ((), (), (), False),
        ((), (7,), (), True),
        ((3,), (), (), True),
        ((4,), (8,), (), False),
        ((3,), (7,), ("other",), False),
        ((3,), (), ("report.state_changed",), True),
    ],
)
def test_whom_an_event_reaches(
    units: tuple[int, ...], delivered_by: tuple[int, ...], kinds: tuple[str, ...], expected: bool
) -> None:
    assert (
        reaches(Reach(units, delivered_by), system_id=7, unit_id=3, kind="report.state_changed", kinds=kinds)
        is expected
    )


@given(st.integers(1, 60), st.integers(1, 600), st.integers(600, 100_000), st.integers(1, 40))
def test_waits_grow_to_a_bound_and_end(failures: int, first: int, longest: int, attempts: int) -> None:
    policy = RetryPolicy(first, longest, attempts)
    found = next_attempt(policy, failures=failures, now=NOW)
    if failures >= attempts:
        assert found is None
        return
    assert found is not None
    wait = (found - NOW).total_seconds()
    assert first <= wait <= longest
    before = next_attempt(policy, failures=failures - 1, now=NOW) if failures > 1 else None
    assert before is None or before <= found


@pytest.mark.parametrize(
    ("days", "said"), [(None, "請輸入"), (0, "請輸入"), (1, ""), (400, ""), (401, "最長 400 天")]
)
def test_how_long_a_token_lives(days: int | None, said: str) -> None:
    assert said in token_days_problem(days, 400)
    assert bool(said) == bool(token_days_problem(days, 400))


def test_every_scope_and_state_has_words() -> None:
    from anwang.exchange.problems import REFUSALS
    from anwang.exchange.process import DELIVERY

    assert all(scope.label for scope in Scope)
    assert set(REFUSALS) == set(Refusal)
    assert DELIVERY.final == ()

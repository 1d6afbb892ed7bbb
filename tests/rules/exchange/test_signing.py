"""Signatures and tokens; the strict reader of JSON; where a field stands in the body."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.exchange.json_body import MAX_DEPTH, BadBody, read_json
from anwang.exchange.signing import WINDOW_SECONDS, is_signed, signature
from anwang.exchange.tokens import digest_of, is_secret_of, new_token, take_apart
from anwang.exchange.words import words_of
from tests.flows.exchange.receiving import example

AT = 1_795_824_000


@given(
    st.text(min_size=1, max_size=40), st.binary(max_size=200), st.integers(-WINDOW_SECONDS, WINDOW_SECONDS)
)
def test_what_is_signed_is_recognised_here_and_by_the_example(secret: str, body: bytes, off: int) -> None:
    header = signature(secret, body, AT)
    for recognises in (is_signed, example().is_signed):
        assert recognises(secret, body, header, AT + off)
        assert not recognises(secret + "x", body, header, AT + off)
        assert not recognises(secret, body + b" ", header, AT + off)


@pytest.mark.parametrize("off", [-WINDOW_SECONDS - 1, WINDOW_SECONDS + 1, 10_000_000])
def test_an_old_one_again_is_refused(off: int) -> None:
    header = signature("secret", b"{}", AT)
    for recognises in (is_signed, example().is_signed):
        assert not recognises("secret", b"{}", header, AT + off)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=",
        "v1=abc",
        "t=1,v1=",
        "t=x,v1=y",
        "t=１２３,v1=y",
        f"t={'9' * 40},v1=y",
        f"t={AT}",
        "t=-5,v1=y",
    ],
)
def test_headers_that_are_no_signature(header: str) -> None:
    for recognises in (is_signed, example().is_signed):
        assert not recognises("secret", b"{}", header, AT)


def test_two_moments_are_none() -> None:
    good = signature("secret", b"{}", AT)
    assert not is_signed("secret", b"{}", f"t={AT - 999},{good}", AT)
    assert is_signed("secret", b"{}", f"{good},v1=another", AT)


def test_a_token_is_found_by_its_prefix_and_opens_by_its_secret() -> None:
    prefix, digest, whole = new_token()
    parts = take_apart(whole)
    assert parts is not None
    assert parts[0] == prefix
    assert is_secret_of(digest, parts[1])
    assert not is_secret_of(digest, parts[1][:-1] + ("A" if parts[1][-1] != "A" else "B"))
    assert digest_of(parts[1]) == digest
    assert parts[1] not in digest
    assert new_token()[2] != whole
    for bad in ("", "anw_x_y", whole + "a", whole[4:], whole.upper(), " " + whole):
        assert take_apart(bad) is None


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc~/", max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def _deep(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_deep, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_deep, value), default=0)
    return 0


@given(st.dictionaries(st.text('ab{["\\', max_size=3), _values, max_size=4), st.booleans())
def test_what_json_writes_is_read_back(value: dict[str, object], ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    if _deep(value) <= MAX_DEPTH:
        assert read_json(body) == value
    else:
        with pytest.raises(BadBody):
            read_json(body)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        assert isinstance(read_json(body), dict)
    except BadBody as bad:
        assert str(bad).endswith("。")  # noqa: PT017


def test_where_a_bad_character_stands() -> None:
    with pytest.raises(BadBody) as caught:
        read_json(rb'{"persons": [{"a/b~": "\u0000"}]}')
    assert caught.value.pointer == "/persons/0/a~1b~0"
    with pytest.raises(BadBody, match="太多"):
        read_json(json.dumps({"a": [0] * 30_000}).encode())


@pytest.mark.parametrize(
    ("kind", "context", "said"),
    [
        ("missing", {}, "必填。"),
        ("string_too_long", {"max_length": 60}, "請在 60 個字以內。"),
        ("string_too_short", {"min_length": 5}, "至少 5 個字。"),
        ("too_long", {"max_length": 60}, "最多 60 項。"),
        ("too_short", {"min_length": 1}, "至少 1 項。"),
        ("greater_than_equal", {"ge": 1}, "要不小於 1。"),
        ("less_than_equal", {"le": 200}, "要不大於 200。"),
        ("something_new", {}, "格式不對。"),
    ],
)
def test_words_for_what_is_wrong(kind: str, context: dict[str, int], said: str) -> None:
    assert words_of(kind, context) == said

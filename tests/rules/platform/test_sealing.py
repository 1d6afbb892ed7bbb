"""Sealed values: they open in their own place with the right key, and nowhere else."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from anwang.platform.keyring import SealingError, add_key, keyring, parse_keys
from anwang.platform.sealing import Place, key_id_of, open_bytes, seal_bytes

HERE = Place("intake_reporter", "12", "sealed")


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "field.key"
    path.write_text(secrets.token_urlsafe(32) + "\n")
    monkeypatch.setattr(settings, "ANWANG_FIELD_KEY_FILE", path)
    return path


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_again_and_cannot_be_read(plain: bytes) -> None:
    sealed = seal_bytes(plain, HERE)
    assert open_bytes(sealed, HERE) == plain
    assert open_bytes(memoryview(sealed), HERE) == plain
    assert len(plain) < 4 or plain not in sealed
    assert seal_bytes(plain, HERE) != sealed


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("intake_report", "12", "sealed"),
        Place("intake_reporter", "13", "sealed"),
        Place("intake_reporter", "12", "other"),
        Place("intake_reporter12", "", "sealed"),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(SealingError, match="打不開"):
        open_bytes(seal_bytes(b"secret", HERE), elsewhere)


@given(st.data())
def test_a_changed_byte_anywhere_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(seal_bytes("通報人：王小明".encode(), HERE))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealingError):
        open_bytes(bytes(sealed), HERE)


@pytest.mark.parametrize("cut", [0, 1, 10, 17, 20])
def test_a_cut_value_does_not_open(cut: int) -> None:
    with pytest.raises(SealingError):
        open_bytes(seal_bytes(b"secret", HERE)[:cut], HERE)


def test_after_a_new_key_the_old_values_open_and_new_ones_use_it(key_file: Path) -> None:
    old = seal_bytes(b"secret", HERE)
    key = add_key()
    new = seal_bytes(b"secret", HERE)
    assert key_id_of(new) == key.id != key_id_of(old)
    assert open_bytes(old, HERE) == open_bytes(new, HERE) == b"secret"
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert len(key_file.read_text().split()) == 2


def test_a_running_process_follows_the_file(key_file: Path) -> None:
    before = keyring().current
    key_file.write_text(key_file.read_text() + secrets.token_urlsafe(32) + "\n")
    assert keyring().current != before


def test_the_wrong_key_file_is_named_with_the_key_that_is_missing(key_file: Path) -> None:
    sealed = seal_bytes(b"secret", HERE)
    key_file.write_text(secrets.token_urlsafe(32) + "\n")
    with pytest.raises(SealingError) as caught:
        open_bytes(sealed, HERE)
    assert key_id_of(sealed).hex() in str(caught.value)
    assert "備份的金鑰檔" in str(caught.value)


def test_without_a_key_file_nothing_is_sealed_and_the_message_says_what_to_do(key_file: Path) -> None:
    key_file.unlink()
    with pytest.raises(SealingError, match="找不到或讀不到欄位加密的金鑰檔"):
        seal_bytes(b"secret", HERE)
    with pytest.raises(SealingError, match="找不到"):
        add_key()
    assert not key_file.exists()


@pytest.mark.parametrize("text", ["", "\n", "short", "!" * 43, "Ａ" * 43])
def test_a_file_that_holds_no_keys_is_refused(key_file: Path, text: str) -> None:
    key_file.write_text(text)
    with pytest.raises(SealingError, match=r"field\.key"):
        seal_bytes(b"secret", HERE)


def test_an_operator_may_keep_the_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    monkeypatch.setattr(settings, "ANWANG_FIELD_KEY_FILE", None)
    monkeypatch.setattr(settings, "ANWANG_FIELD_KEY", one)
    sealed = seal_bytes(b"secret", HERE)
    monkeypatch.setattr(settings, "ANWANG_FIELD_KEY", f"{one},{two}")
    assert open_bytes(sealed, HERE) == b"secret"
    assert key_id_of(seal_bytes(b"", HERE)) == parse_keys(two).current.id
    with pytest.raises(SealingError, match="ANWANG_FIELD_KEY"):
        add_key()


def test_no_message_tells_a_key_or_what_was_sealed(key_file: Path) -> None:
    secret = key_file.read_text().strip()
    sealed = seal_bytes("王小明".encode(), HERE)
    with pytest.raises(SealingError) as caught:
        open_bytes(sealed, Place("a", "b", "c"))
    assert secret not in repr(caught.value)
    assert "王小明" not in repr(caught.value)

"""Partly hidden personal data for screens that may show only that someone exists. Pure.

Masks keep the least that lets two people on the phone be sure that they mean the same person.
"""

from __future__ import annotations

HIDDEN = "○"


def mask_name(name: str) -> str:
    """陳建宏 → 陳○宏, 陳安 → 陳○, 歐陽建宏 → 歐○○宏, Mary Ann Cruz → M○○ A○○ C○○."""
    name = name.strip()
    if name.isascii():
        return " ".join(word[0] + HIDDEN * 2 for word in name.split())
    if len(name) <= 2:
        return name[:1] + HIDDEN * max(len(name) - 1, 0)
    return name[0] + HIDDEN * (len(name) - 2) + name[-1]


def mask_id(number: str) -> str:
    """A123456789 → A1*****789. Shorter texts are hidden whole: half a number that is not one must not leak."""
    number = number.strip()
    return f"{number[:2]}*****{number[-3:]}" if len(number) == 10 else "*" * len(number)


def mask_phone(digits: str) -> str:
    """0912345678 → 0912-***-678, 039321234 → 03-***-234. Anything under eight digits is hidden whole."""
    digits = "".join(each for each in digits if each.isdigit())
    if len(digits) < 8:
        return "*" * len(digits)
    area = digits[:4] if digits.startswith("09") else digits[:2]
    return f"{area}-***-{digits[-3:]}"

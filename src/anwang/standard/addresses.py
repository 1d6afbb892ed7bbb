"""Addresses taken apart: county, township, village, 鄰, road, section, lane, alley, number, floor, room.

The parts are read from left to right, each by one pattern; what no pattern takes stays in `rest`, so nothing is lost.
Three habits of the lists decide the order and the traps:

* A village (村, 里) is only read when what follows can stand by itself: `大里路1號` is a road, `大里里濱海路` a village.
* A road keeps Chinese numerals in its name (`惠深二路`); section, 鄰, lane, alley, number and floor are Arabic.
* `306號之84樓` is door 306-8, fourth floor: sub-number and floor were written side by side. No house here has 84
  floors, and a floor needs a number, so the last digits that make a floor up to 50 belong to it, and at least one
  digit stays for 之. A single digit (`306號之4樓`) is a floor.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .address_parts import NUMERAL, chinese_name, floor_and_sub, number_of
from .record import Address
from .text import NUMERALS, half_width
from .townships import BY_NAME, BY_POSTAL_CODE, COUNTIES, COUNTY, FORMER_COUNTIES, TOWNSHIPS

_EMPTY = frozenset(("", "無", "-", "--", "不詳", "未提供", "同上", "未知", "NULL", "N/A", "NA", "NONE"))
_LABEL = re.compile(r"^(?:戶籍|設籍|現居|居住|通訊|聯絡|住)?(?:地址|地|住址|址)?[::]+")
_ZIP = re.compile(r"^[(\[]?(\d{2,6})(?:-\d{2,3})?[)\]]?(?=[^\d\-號巷弄鄰樓段之FfRr、,.室村里第])")
_NUMERAL_GAP = re.compile(rf"(?<=[\d{NUMERALS}])\s+(?=[\d{NUMERALS}])")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_COUNTY = re.compile("^(" + "|".join(c.replace("臺", "[台臺]") for c in (*COUNTIES, *FORMER_COUNTIES)) + ")")
_TOWNSHIP = re.compile("^(" + "|".join(BY_NAME) + ")")
_STEM = re.compile(
    "^("
    + "|".join(t.stem for t in TOWNSHIPS)
    + rf")(?![鄉鎮市村里]|[東西南北中]?(?:{NUMERAL}|\d+)?(?:路|街|大道|巷|段|號|$))"
)
_BY_STEM = {t.stem: t for t in TOWNSHIPS}
_OTHER_TOWNSHIP = re.compile(r"^(前鎮區|平鎮區|左鎮區|新市區|新市鎮|[^\d路街巷弄號]{1,3}?[鄉鎮市區])")
_OTHER_DISTRICT = re.compile(r"^([^\d路街巷弄號]{2,3}區)(?=.*[路街村里])(?!.?[路街])")
_VILLAGE = re.compile(r"^([^\d路街巷弄號樓鄰段,]{1,4}?[村里]{1,2})(?![村里])(.*)$")
_NOT_AFTER_VILLAGE = re.compile(rf"^(?:{NUMERAL}|\d+)?[東西南北中前後]?(?:路|街|大道|巷|段)")
_NEIGHBOURHOOD = re.compile(rf"^第?(\d+|{NUMERAL})[鄰隣]")
_ROAD = re.compile(
    r"^([^\d巷弄號樓鄰,]*?(?:\d{1,2}(?=路|街))?(?:大道|路|街)(?:(?=路|街|大道).(?:道)?)?)(?!口)"
)
_ROAD_BY_SECTION = re.compile(rf"^([^\d路街巷弄號樓鄰,]{{2,5}}?)(?=(?:\d{{1,2}}|{NUMERAL})段)")
_SECTION = re.compile(rf"^(\d{{1,2}}|{NUMERAL})段")
_NAMED_LANE = re.compile(r"^([^\d路街巷弄號樓鄰,段]{1,6}巷)(?=\d|$)")
_LANE = re.compile(rf"^(\d+(?:[之-]\d+)?|{NUMERAL})巷")
_ALLEY = re.compile(rf"^(\d+(?:[之-]\d+)?|{NUMERAL})弄")
_PLACE = re.compile(r"^([^\d路街巷弄號樓鄰,]{2,8}?(?:新村|部落|社區|國宅|眷村))")
_BARE_PLACE = re.compile(
    rf"^([^\d路街巷弄號樓鄰,{NUMERAL[1:-2]}]{{2,6}})(?=(?:\d+|{NUMERAL})(?:[之-]\d+)?號)"
)
_NUMBER = re.compile(
    rf"^(臨|附|特)?(\d+|{NUMERAL})(?:[之-](\d+|{NUMERAL}))?號(?:[之-](\d+|{NUMERAL})(?![\d室房])(?!樓之)(樓|[Ff](?![A-Za-z])|層)?)?"
)
_NUMBER_WITHOUT_SIGN = re.compile(r"^(臨|附|特)?(\d+)(?:[之-](\d+))?(?=$|,|[(\[])")
_FLOOR = re.compile(
    rf"^(?:(?P<below>地下|[Bb])?(?P<floor>\d{{1,2}}|{NUMERAL})(?:樓|[Ff](?![A-Za-z])|層)|(?P<b>[Bb])(?P<bn>\d)(?!\d)|(?P<basement>地下室|地下層)|(?P<top>頂樓))"
)
_ROOM = re.compile(r"^(?:([之-]\d+(?:室|房)?)|([A-Za-z]?\d{0,4}[A-Za-z]?(?:室|房|戶)))")


def read_address(text: object) -> Address | None:
    """Read an address as written; None when the cell is empty.

    A township of Yilan without its county gets the county, and a full postal code gives a missing township: both are
    certain. Nothing else is filled in.
    """
    raw = "" if text is None else str(text)
    return _read(raw) if raw.strip() else None


@lru_cache(maxsize=65536)
def _read(raw: str) -> Address | None:
    plain = half_width(raw).strip()
    if plain.upper() in _EMPTY:
        return None
    # A space between two numerals separates them (`424 3樓`, `之五 十一樓`); elsewhere it means nothing.
    plain = _NUMERAL_GAP.sub(",", plain)
    plain = re.sub(r"\s+", "", plain).replace("~", "-")
    aside = "".join(_BRACKETED.findall(plain)) if "(" in plain or "[" in plain else ""
    zip_match = _ZIP.match(plain)
    if aside and not zip_match:
        plain = _BRACKETED.sub("", plain) or plain.strip("()[]")
    postal_code = ""
    plain = _LABEL.sub("", plain)
    if match := _ZIP.match(plain):
        postal_code, plain = match[1], plain[match.end() :]
        if aside:
            plain = _BRACKETED.sub("", plain)
            aside = aside.replace(match[0], "")
    plain = _LABEL.sub("", plain)
    parts, plain = _place(plain, postal_code)
    street, plain = _street(plain)
    parts.update(street)
    door, plain = _door(plain)
    parts.update(door)
    rest = plain.strip(",、。.;") + (aside if aside not in ("()", "[]") else "")
    return Address(raw=raw, rest=rest, **parts)


def _place(plain: str, postal_code: str) -> tuple[dict[str, str], str]:
    """County, township, village and 鄰 from the left, and what is left over."""
    parts: dict[str, str] = {}
    if match := _COUNTY.match(plain):
        county = match[1].replace("台", "臺")
        parts["county"] = FORMER_COUNTIES.get(county, county)
        plain = plain[match.end() :]
        if county in plain[:4]:  # written twice
            plain = plain.removeprefix(match[1])
    elif plain.startswith("宜蘭") and _TOWNSHIP.match(plain[2:]):
        parts["county"], plain = COUNTY, plain[2:]
    if parts.get("county", COUNTY) == COUNTY:
        if match := _TOWNSHIP.match(plain):
            parts["township"], plain = match[1], plain[match.end() :]
        elif match := _STEM.match(plain):
            parts["township"], plain = _BY_STEM[match[1]].name, plain[match.end() :]
        elif postal_code[:3] in BY_POSTAL_CODE:
            parts["township"] = BY_POSTAL_CODE[postal_code[:3]].name
        elif "county" not in parts and (match := _OTHER_DISTRICT.match(plain)):
            parts["township"], plain = match[1], plain[match.end() :]
            return _village(parts, plain)
        if "township" in parts:
            parts["county"] = COUNTY
    elif match := _OTHER_TOWNSHIP.match(plain):
        parts["township"], plain = match[1], plain[match.end() :]
    return _village(parts, plain)


def _village(parts: dict[str, str], plain: str) -> tuple[dict[str, str], str]:
    for _ in range(2):  # 鄰 stands behind the village, seldom before it
        if "village" not in parts and (match := _VILLAGE.match(plain)):
            village, after = match[1], match[2]
            place = village.endswith("新村") and len(village) >= 4 and re.match(r"\d|[東西南北]\d", after)
            if len(village) >= 2 and not _NOT_AFTER_VILLAGE.match(after) and not place:
                parts["village"], plain = village, after
        if "neighbourhood" not in parts and (match := _NEIGHBOURHOOD.match(plain)):
            parts["neighbourhood"], plain = number_of(match[1]), plain[match.end() :]
    return parts, plain


def _street(plain: str) -> tuple[dict[str, str], str]:
    """Road, section, lane and alley from the left, and what is left over."""
    parts: dict[str, str] = {}
    if (match := _ROAD.match(plain)) or (
        (match := _ROAD_BY_SECTION.match(plain))
        or (match := _NAMED_LANE.match(plain))
        or (match := _PLACE.match(plain))
    ):
        parts["road"], plain = chinese_name(match[1]), plain[match.end() :]
    elif match := _BARE_PLACE.match(plain):
        parts["road"], plain = match[1], plain[match.end() :]
    if match := _SECTION.match(plain):
        parts["section"], plain = number_of(match[1]), plain[match.end() :]
    if match := _LANE.match(plain):
        parts["lane"], plain = number_of(match[1]), plain[match.end() :]
    elif "road" in parts and (match := _NAMED_LANE.match(plain)):
        parts["lane"], plain = match[1][:-1], plain[match.end() :]
    if match := _ALLEY.match(plain):
        parts["alley"], plain = number_of(match[1]), plain[match.end() :]
    return parts, plain


def _door(plain: str) -> tuple[dict[str, str], str]:
    """Number, floor and room from the left, and what is left over."""
    parts: dict[str, str] = {}
    plain = plain.lstrip(",")
    if match := _NUMBER.match(plain):
        kind, number, sub, after, storey = match.groups()
        number = (kind or "") + number_of(number)
        if after and storey:
            after, parts["floor"] = floor_and_sub(after)
        sub = sub or after
        parts["number"] = f"{number}-{number_of(sub)}" if sub else number
        plain = plain[match.end() :]
    elif match := _NUMBER_WITHOUT_SIGN.match(plain):
        kind, number, sub = match.groups()
        parts["number"] = (kind or "") + number_of(number) + (f"-{number_of(sub)}" if sub else "")
        plain = plain[match.end() :]
    plain = plain.lstrip(",")
    if "floor" not in parts and (match := _FLOOR.match(plain)):
        parts["floor"] = _floor(match)
        plain = plain[match.end() :]
    if match := _ROOM.match(plain):
        room = (match[1].rstrip("室房") if match[1] else match[2]).replace("-", "之")
        parts["room"], plain = room, plain[match.end() :]
    return {key: value for key, value in parts.items() if value}, plain


def _floor(match: re.Match[str]) -> str:
    if match["top"]:
        return "頂"
    if match["basement"]:
        return "-1"
    if match["b"]:
        return "-" + match["bn"]
    return ("-" if match["below"] else "") + number_of(match["floor"])

"""Genogram (家系圖): who lives here and how they are related, in the standard symbols of the field.

Square man, circle woman, diamond not known; age inside; crossed when deceased; thick border for the client.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .family import Tie, TieKind, build_family
from .family_layout import HALF, LABEL_GAP, SYMBOL, Layout, Line, lay_out
from .figure import Chart, clipped, data_table, element, picture, text_width

__all__ = ["Member", "Tie", "TieKind", "genogram"]

LABEL_MAX = 156.0
NAME_SIZE = 14
MIN_WIDTH = 240.0


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the household. `sex`: `male`, `female` or None. `role` is the word for the relation (戶長, 長女).

    `note` is one short line (服務、就學 …), red when `alert`. `href` makes the person a link. `is_client` draws the
    thick border. `absent` (not living here, known from a record) is drawn grey.
    """

    key: str
    name: str
    sex: str | None = None
    age: int | None = None
    role: str = ""
    note: str = ""
    alert: bool = False
    href: str = ""
    deceased: bool = False
    is_client: bool = False
    absent: bool = False

    @property
    def sex_label(self) -> str:
        return {"male": "男", "female": "女"}.get(self.sex or "", "不明")

    @property
    def words(self) -> str:
        """Everything that the drawing says about the person, for titles and screen readers."""
        age = f"{self.age} 歲" if self.age is not None else "年齡不明"
        parts = [self.name, self.role, self.sex_label, age, "歿" if self.deceased else "", self.note]
        return "，".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Label:
    name: str
    role: str
    note: str
    width: float


def genogram(members: Sequence[Member], ties: Sequence[Tie], *, title: str = "家系圖") -> Chart:
    """Draw the members of one household. Ties that contradict each other are not drawn but named in the note.

    Raises ValueError when a tie names someone who is not among `members`, or when two members share a key.
    """
    by_key = {member.key: member for member in members}
    if len(by_key) != len(members):
        raise ValueError("two members of a genogram share a key")
    labels = {member.key: _label(member) for member in members}
    family = build_family(list(by_key), ties)
    layout = lay_out(
        family,
        {key: label.width for key, label in labels.items()},
        {member.key: member.age for member in members},
        {member.key: member.sex == "male" for member in members},
    )
    has_links = any(member.href for member in members)
    parts = [_line(line) for line in layout.lines]
    if layout.alone_top is not None and family.rank:
        parts.append(element("text", "其他同住者", x=4, y=layout.alone_top + 12, class_="c-muted"))
    reading_order = sorted(layout.centres, key=lambda key: (layout.centres[key][1], layout.centres[key][0]))
    parts += [_person(by_key[key], labels[key], *layout.centres[key]) for key in reading_order]
    width = max(layout.width, MIN_WIDTH)
    svg = picture(
        title,
        *parts,
        width=width,
        height=layout.height,
        label=f"{title}：{len(members)} 人，下方有同內容的表格",
        role="group" if has_links else "img",
    )
    return Chart(title, svg, _table(title, members), _note(layout, bool(family.conflicts), members))


def _label(member: Member) -> _Label:
    name_width = text_width(member.name, NAME_SIZE)
    if name_width + 10 + text_width(member.role) <= LABEL_MAX or not member.role:
        name, role, note = (
            clipped(member.name, LABEL_MAX, NAME_SIZE),
            member.role,
            clipped(member.note, LABEL_MAX),
        )
    else:
        both = "・".join(part for part in (member.role, member.note) if part)
        name, role, note = clipped(member.name, LABEL_MAX, NAME_SIZE), "", clipped(both, LABEL_MAX)
    first = text_width(name, NAME_SIZE) + (10 + text_width(role) if role else 0)
    return _Label(name, role, note, max(first, text_width(note)))


def _person(member: Member, label: _Label, x: float, y: float) -> SafeString:
    shape = "c-shape" + (" c-shape--focus" if member.is_client else "")
    shape += " c-shape--gone" if member.deceased or member.absent else ""
    start = x + HALF + LABEL_GAP
    parts = [element("title", member.words), _symbol(member.sex, x, y, shape)]
    if member.deceased:
        edge = HALF if member.sex == "male" else HALF * 0.7 if member.sex == "female" else HALF * 0.5
        cross = f"M{x - edge:g} {y - edge:g}L{x + edge:g} {y + edge:g}M{x + edge:g} {y - edge:g}L{x - edge:g} {y + edge:g}"
        parts.append(element("path", d=cross, class_="c-cross"))
    age = str(member.age) if member.age is not None else "歿" if member.deceased else "?"
    parts.append(element("text", age, x=x, y=y + 5, font_size=NAME_SIZE, class_="c-ink c-strong c-mid"))
    first = y - 4 if label.note else y + 5
    parts.append(element("text", label.name, x=start, y=first, font_size=NAME_SIZE, class_="c-ink c-strong"))
    if label.role:
        after = start + text_width(label.name, NAME_SIZE) + 10
        parts.append(element("text", label.role, x=after, y=first, class_="c-muted"))
    if label.note:
        parts.append(
            element("text", label.note, x=start, y=y + 16, class_="c-red" if member.alert else "c-muted")
        )
    if member.href:
        return element("a", *parts, href=member.href, aria_label=member.words)
    return element("g", *parts)


def _symbol(sex: str | None, x: float, y: float, css: str) -> SafeString:
    if sex == "male":
        return element("rect", x=x - HALF, y=y - HALF, width=SYMBOL, height=SYMBOL, class_=css)
    if sex == "female":
        return element("circle", cx=x, cy=y, r=HALF, class_=css)
    diamond = f"M{x:g} {y - HALF:g}L{x + HALF:g} {y:g}L{x:g} {y + HALF:g}L{x - HALF:g} {y:g}Z"
    return element("path", d=diamond, class_=css)


def _line(line: Line) -> SafeString:
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in line.points)
    if line.former:  # two strokes across the couple line: parted
        (left, low), (right, _) = line.points[1], line.points[2]
        at = left + (right - left) * 0.25
        path += f"M{at - 2:g} {low + 6:g}l6 -12M{at + 4:g} {low + 6:g}l6 -12"
    return element("path", d=path, class_="c-line c-line--dash" if line.dashed else "c-line")


def _note(layout: Layout, has_conflicts: bool, members: Sequence[Member]) -> str:
    parts = []
    if any(line.dashed for line in layout.lines):
        parts.append("虛線：隔代，中間一代不在名冊上")
    if any(line.former for line in layout.lines):
        parts.append("雙斜線：已分開")
    if any(member.sex not in {"male", "female"} for member in members):
        parts.append("菱形：性別不明")
    if has_conflicts:
        parts.append("有互相矛盾的親屬關係未畫出，請核對名冊")
    return "　".join(parts)


def _table(title: str, members: Sequence[Member]) -> SafeString:
    rows = []
    for member in members:
        name = format_html('<a href="{}">{}</a>', member.href, member.name) if member.href else member.name
        age = "不明" if member.age is None else f"{member.age} 歲"
        note = "・".join(part for part in ("歿" if member.deceased else "", member.note) if part)
        rows.append((name, member.role or "—", member.sex_label, age, note or "—"))
    return data_table(title, ("姓名", "關係", "性別", "年齡", "狀況"), rows)

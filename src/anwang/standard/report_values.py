"""One label of a form with the value behind it: whose it is, and what may be taken. For `report_form`."""

from __future__ import annotations

import re

from .addresses import read_address
from .report_found import (
    DATE_SHAPE,
    ID_SHAPE,
    PHONE_SHAPE,
    Findings,
    as_date,
    as_id,
    as_name,
    as_phone,
    time_after,
    township_of,
)
from .report_labels import Label
from .report_narrative import event_on, inline, kind_of_reporter, names_somebody
from .report_words import ANONYMOUS, NO_NAME, RELATIONS, What, Who

_VALUE_RUN = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003ffff○〇O*]{2,}(?:[‧·・•．∙･][\u3400-\u9fff]+)*|[A-Z][A-Za-z.'-]+(?: [A-Za-z.'-]+){1,4}"
)
_SPACED = re.compile(r"[\u3400-\u9fff](?: {1,3}[\u3400-\u9fff]){1,3}(?=\s*$)", re.MULTILINE)
_TITLE = re.compile(r"(?:先生|女士|小姐|太太|同學|小朋友)$")


class Taker:
    """Keeps whose part of the form it is in (`section`), and whom the last label named (`current`)."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.text = findings.plain.text
        self.section: tuple[Who, str] | None = None
        self.current: int | None = None
        self.is_staff = False
        self.story: tuple[int, int] | None = None
        self.narratives: list[tuple[int, int]] = []
        self.when: tuple[int, int] | None = None
        self.assumed: set[int] = (
            set()
        )  # persons whose part nobody named: the form is about them, unless a relation says else

    def take(self, label: Label, start: int, end: int) -> None:
        what = label.what or What.NAME
        if label.who is not None:
            self.is_staff = label.who is Who.STAFF
        elif what is What.NAME and self.section is not None:
            self.is_staff = self.section[0] is Who.STAFF
        if self.is_staff and what not in (What.STORY, What.NARRATIVE, What.HAPPENED_ON, What.PLACE):
            return
        if (
            what not in (What.STORY, What.NARRATIVE, What.PLACE)
            and (stop := self.text.find("。", start, end)) >= 0
        ):
            self.narratives.append((stop + 1, end))
            end = stop
        if what is What.STORY:
            self.story = start, end
        elif what is What.NARRATIVE:
            self.narratives.append((start, end))
        elif what is What.HAPPENED_ON:
            self._event(start, end)
        elif what is What.PLACE:
            if self.when is not None and not self.findings.has(What.HAPPENED_ON, None):
                self._event(*self.when)
            self._place(start, end)
        elif label.word in ("時間", "日期"):
            self.when = start, end  # of the event when 地點 is asked as well
        elif what is What.PHONE and names_somebody(self.text, start, end):
            self.narratives.append((start, end))
        elif what is What.NAME:
            self._name(label, start, end)
        elif what in (What.WORKPLACE, What.REPORTER_KIND):
            self._reporter(label, what, start, end)
        elif what is not What.NOTHING:
            self._of_person(label, what, start, end)

    def is_name(self, start: int, end: int) -> bool:
        """Whether a name stands at the beginning of a value."""
        match = _VALUE_RUN.match(self.text, start + _leading(self.text, start, end), end)
        return bool(match and (as_name(_TITLE.sub("", match[0]), is_asked=False) or match[0] in RELATIONS))

    def _person(self, label: Label, *, is_new: bool) -> int:
        """The person that a label speaks of, made when there is none yet."""
        who, relation = label.who, label.relation
        if who is None:
            if self.current is not None and not is_new:
                return self.current
            who, relation = self.section or (Who.SUBJECT, "")
            is_assumed = self.section is None
        else:
            is_assumed = False
        persons = self.findings.persons
        same = [p.number for p in persons if p.who is who and (not relation or p.relation in ("", relation))]
        if same and (not is_new or not self.findings.has(What.NAME, same[-1])):
            self.current = same[-1]
        else:
            self.current = self.findings.person(who)
            if is_assumed:
                self.assumed.add(self.current)
        if relation:
            self.findings.relate(self.current, relation)
        return self.current

    def _related(self, person: int, relation: str) -> None:
        self.findings.relate(person, relation)
        if person in self.assumed and relation in RELATIONS:
            self.findings.is_family(person)

    def _name(self, label: Label, start: int, end: int) -> None:
        first = start + _leading(self.text, start, end)
        match = _VALUE_RUN.match(self.text, first, end) or _SPACED.match(self.text, first, end)
        run = match[0] if match else ""
        is_reporter = (label.who or (self.section or (None,))[0]) is Who.REPORTER
        if is_reporter and ANONYMOUS.search(self.text, start, end):
            kind_of_reporter(self.findings, start, end, self._person(label, is_new=True))
            return
        if match and run in RELATIONS:
            person = self._person(label, is_new=True)
            self.findings.relate(person, run)
            self.findings.add(What.RELATION, *match.span(), run, person)
            inline(self.findings, match.end(), end, person)
            return
        if match is None or NO_NAME.match(run):
            self._without_name(label, start, end, is_reporter)
            return
        stem = _TITLE.sub("", run)
        name = as_name(stem, is_asked=label.what is What.NAME)
        if not name and (spaced := _SPACED.match(self.text, first, end)):
            stem, name = spaced[0], as_name(spaced[0].replace(" ", ""), is_asked=label.what is What.NAME)
        if not name:
            if label.who is not None and label.what is None and len(run) > 4:
                self.narratives.append((start, end))
            self._without_name(label, start, end, is_reporter)
            return
        person = self._person(label, is_new=True)
        self.findings.add(What.NAME, match.start(), match.start() + len(stem), name, person)
        rest = match.start() + len(stem)
        if aside := re.compile(rf"\s*\(\s*({'|'.join(RELATIONS)})\s*\)").match(self.text, rest, end):
            self._related(person, aside[1])
            self.findings.add(What.RELATION, aside.start(1), aside.end(1), aside[1], person)
        elif label.relation and label.relation in self.text[label.start : label.end]:
            at = self.text.index(label.relation, label.start)
            self.findings.add(What.RELATION, at, at + len(label.relation), label.relation, person)
        if is_reporter:
            kind_of_reporter(self.findings, rest, end, person)
        inline(self.findings, rest, end, person)

    def _without_name(self, label: Label, start: int, end: int, is_reporter: bool) -> None:
        is_vague = label.what is None and not is_reporter and label.who is not Who.SUBJECT
        person = None if is_vague else self._person(label, is_new=True)
        if is_vague:
            self.current = None  # 案父：不詳 - what follows is not for certain his
        if is_reporter:
            kind_of_reporter(self.findings, start, end, person)
        inline(self.findings, start, end, person)

    def _reporter(self, label: Label, what: What, start: int, end: int) -> None:
        is_reporter = "通報" in label.word or label.who is Who.REPORTER
        if not is_reporter and label.who is None:
            is_reporter = (self.section is not None and self.section[0] is Who.REPORTER) or (
                self.current is not None and self.findings.persons[self.current].who is Who.REPORTER
            )
        if not is_reporter:
            return
        before = self.current
        person = self._person(Label(0, 0, Who.REPORTER, "", None, ""), is_new=False)
        if what is What.WORKPLACE:
            text = re.split(r"[,;。(]", self.text[start:end])[0]
            if not NO_NAME.match(text.strip()):
                self.findings.add(What.WORKPLACE, start, start + len(text), text.strip(), person)
        kind_of_reporter(self.findings, start, end, person)
        inline(self.findings, start, end, person)
        if label.who is None and "通報" not in label.word:
            self.current = before if before is not None else person

    def _of_person(self, label: Label, what: What, start: int, end: int) -> None:
        has_owner = label.who is not None or self.current is not None or self.section is not None
        person = self._person(label, is_new=False) if has_owner else None
        start += _leading(self.text, start, end)
        value = self.text[start:end].rstrip()
        if NO_NAME.match(value) and what is not What.ID_NUMBER:
            return
        if what is What.ID_NUMBER:
            self._id(start, start + len(value), person)
        elif what is What.BIRTH:
            match = DATE_SHAPE.search(value)
            text = match[0] if match else re.split(r"[,;(。]", value)[0]
            at = start + (match.start() if match else 0)
            self.findings.add(What.BIRTH, at, at + len(text), as_date(text), person)
        elif what is What.SEX and value[:1] in ("男", "女"):
            self.findings.add(What.SEX, start, start + 1, "male" if value[0] == "男" else "female", person)
        elif what is What.PHONE:
            for match in PHONE_SHAPE.finditer(value):
                self.findings.add(
                    What.PHONE, start + match.start(), start + match.end(), as_phone(match[0]), person
                )
        elif what is What.ADDRESS:
            self._address(value, start, person)
        elif what is What.TOWNSHIP:
            if town := township_of(value):
                self.findings.add(What.TOWNSHIP, start, start + len(value), town)
        elif what is What.RELATION and (match := re.match(r"[\u4e00-\u9fff]{1,8}", value)):
            if person is not None:
                self._related(person, match[0])
            self.findings.add(What.RELATION, start, start + match.end(), match[0], person)

    def _id(self, start: int, end: int, person: int | None) -> None:
        match = ID_SHAPE.search(self.text, start, end)
        span = (
            match.span() if match else (start, start + len(re.split(r"[\s,;(。]", self.text[start:end])[0]))
        )
        text = self.text[slice(*span)]
        if len(text) >= 8 and (number := as_id(text)) is not None:
            self.findings.add(What.ID_NUMBER, *span, number[0], person, number[1])

    def _address(self, value: str, start: int, person: int | None) -> None:
        text = re.split(r"[;。]|,(?=\D)|\s{2,}|(?<=[號樓室])\s", value)[0].rstrip()
        read = read_address(text)
        if read is None or not (read.road or read.village or read.township):
            return
        self.findings.add(What.ADDRESS, start, start + len(text), text, person)
        town = township_of(text)
        is_home = person is None or self.findings.persons[person].who is Who.SUBJECT
        if town and is_home and not self.findings.has(What.TOWNSHIP, None):
            at = self.text.find(town, start, start + len(text))
            if at >= 0:
                self.findings.add(What.TOWNSHIP, at, at + len(town), town)

    def _event(self, start: int, end: int) -> None:
        if self.findings.has(What.HAPPENED_ON, None):
            return
        if match := DATE_SHAPE.search(self.text, start, end):
            event_on(self.findings, *match.span(), match[0])
        elif iso := as_date(text := re.split(r"[,;。(]", self.text[start:end])[0].strip()):
            at = self.text.index(text, start)
            self.findings.add(What.HAPPENED_ON, at, at + len(text), iso)
        if not self.findings.has(What.HAPPENED_AT, None) and (when := time_after(self.text, start)):
            self.findings.add(What.HAPPENED_AT, *when)

    def _place(self, start: int, end: int) -> None:
        text = re.split(r"[;。]", self.text[start:end])[0].strip()
        if not text or NO_NAME.match(text):
            return
        at = self.text.index(text, start)
        self.findings.add(What.PLACE, at, at + len(text), text)
        if (
            (town := township_of(text))
            and not self.findings.has(What.TOWNSHIP, None)
            and (where := self.text.find(town, at, end)) >= 0
        ):
            self.findings.add(What.TOWNSHIP, where, where + len(town), town)


def _leading(text: str, start: int, end: int) -> int:
    return len(text[start:end]) - len(text[start:end].lstrip(" \t"))

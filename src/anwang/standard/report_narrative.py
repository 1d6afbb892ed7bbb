"""Running text of a report: only what is certain. For `report_text`.

Names are taken right behind a word for a person (個案林小安, 案母陳美玉) and only where a name must end there; numbers, phones
and addresses by their form; dangers and injuries by their words, unless they are denied (無自殺意念).
"""

from __future__ import annotations

import re

from .names import name_key
from .report_found import (
    ADDRESS_SHAPE,
    BIRTH_AFTER,
    BIRTH_BEFORE,
    DATE_SHAPE,
    ID_SHAPE,
    PHONE_SHAPE,
    TOWNSHIP_SHAPE,
    Findings,
    as_date,
    as_day,
    as_id,
    as_name,
    as_phone,
    is_address,
    time_after,
    township_of,
)
from .report_words import (
    ANONYMOUS,
    CITIZEN,
    DANGERS,
    INJURIES,
    MANDATED,
    NEGATED,
    RELATIONS,
    WHO_WORDS,
    What,
    Who,
)
from .surnames import COMPOUND_SURNAMES

# Surnames that are also words of every report stand only where a name cannot be mistaken.
_SURE = "陳林黃張李王吳劉蔡楊鄭謝洪郭邱丘廖賴徐周葉蘇莊呂江蕭羅潘簡朱鍾彭游詹胡沈余盧梁趙顏柯翁魏孫戴范宋鄧杜傅侯曹薛丁卓董唐藍蔣紀姚馮歐湯姜汪鄒尤巫黎涂龔嚴韓袁陸柳阮溫駱倪伍譚闕凃鐘"
_UNSURE = "高方何許曾白連童夏施馬古石田金康程"
_GIVEN = r"[\u3400-\u9fff○](?<![的了在有是不於因與和及或遭被說稱把向從對會要並而等很都又已曾未將疑母父兄弟姊妹學校案個人時日歲血暴續經多上下面天打罵去來到回離帶送今昨此其她他我你持每各另再即均亦就才能還只過先姓某同])"
_GIVEN_MORE = r"[\u3400-\u9fff○](?<![的了在有是不於因與和及或遭被說稱把向從對會要並而等很都又已曾未將疑家母父兄弟姊學校案個人時日歲血暴續經多上下面打罵去來到回離帶送今昨此其她他我你持每各另再即均亦就才能還只過先姓某同生士姐師])"
_END = r"(?=[\s,，。;；:、()（）「」『』/\[\]】\"'!?]|$|表示|陳述|說|稱|於|在|遭|被|與|和|及|因|有|疑|曾|現|是|向|對|將|已|仍|不|從|至|帶|打|常|也|又|會|同|今|昨|目前|的|之|為|並|未|以|自|身|出生|民國|就讀|平時|平日|長期|每|則|即|來電|酒後|持|離|獨|患|罹|無|需|欲|想|近|多次|均|皆|到|返|住|年|約|\d|係|所|等|亦|再|突|入|由|跟|讓|要|可|去|回|抱|拿|把|前|後|上|下|放|逃|躲|受|遇|發|跌|摔|哭|告|請|問|恐|威|毆|施|用|揚|徒|推|罵|踢|猥|強|照|陪|協|來|走|死|昏|服|燒|割|口|指|控|反|爭|目|剛|正|皆|提|報|求|申|希|覺|懷|擔|感|出|進|外|工|失|搬|接|餵|教|管|責|電|手|地|女士|先生|小姐|同學|君|連|拒|沉|表|缺|翹|情|情緒)"
_STRICT = r"(?=[\s\d,，。;；:、()（）「」『』/\[\]】]|女士|先生|小姐|同學|$)"
_COMPOUND = "|".join(sorted(COMPOUND_SURNAMES, key=len, reverse=True))
_NAME = (
    rf"(?:(?:{_COMPOUND}){_GIVEN}{_GIVEN_MORE}{_END}|(?:{_COMPOUND}){_GIVEN}{_END}"
    rf"|[{_SURE}][{_SURE}]{_GIVEN}{_GIVEN_MORE}{_END}|[{_SURE}]{_GIVEN}{_GIVEN_MORE}{_END}|[{_SURE}]{_GIVEN}{_END}|[{_UNSURE}]{_GIVEN}{_GIVEN_MORE}{_STRICT})"
)
_WORDS = "|".join(map(re.escape, sorted((w for w in WHO_WORDS if len(w) > 1), key=len, reverse=True)))
_NAMED = re.compile(
    rf"(?P<who>{_WORDS}|(?<=[其之])[父母夫妻])(?:姓名)?(?:為|是|係|叫|名叫|即|名為)?(?P<gap>[ (「『:])?(?P<name>{_NAME})"
)
# Between a name and a number of the same person stand only such signs and words.
_BESIDE = re.compile(
    r"[\s,，、()（）:/;；\-.\dA-Z#男女歲生出年月日民國分證身份字號統一編碼電話手機聯絡行動居留護照為是係住址居於地戶籍]*"
)
_LISTED = re.compile(r"[男女](?:性|生)?\s*[,、 ]\s*$|^\s*\($")  # 男，103/11/2，… and (103/5/6)
_SEX = re.compile(r"[\s,、(/]*([男女])(?:性|生)?(?=[\s,、)/;。\d]|$)")
_BLAMED = re.compile(
    rf"(?:遭|被|遭到|受到|受)(?:其|她|他|個案的)?(?P<who>{'|'.join(map(re.escape, sorted((w for w in RELATIONS if len(w) > 1), key=len, reverse=True)))})"
    r"(?=[^。;；\n]{0,14}(?:打|毆|踢|踹|揍|罵|虐|掐|勒|摔|燙|鞭|甩|推|砍|刺|性侵|猥褻|施暴|體罰|恐嚇|威脅))"
)
_NOT_EVENT = re.compile(
    r"(?:通報|填表|填報|收件|收文|發文|傳真|受理|接案|開案|結案|結婚|離婚|入監|出監|假釋|出獄|入學|轉學|搬|遷|開學|出院|核發|死亡|過世|預產期|曾於|前次|上次|訪視)(?:日期|時間|日)?(?:為|是|於|[::])?\s*$"
)
_EVENT_BEFORE = re.compile(r"(?:於|在|自|發生|案發|事發|約)\s*$")
_NOT_EVENT_AFTER = re.compile(
    r"[^,。;\n]{0,10}?(?:接獲|接到|來電|致電|電話通報|就醫|就診|急診|門診|到院|至本院|產下|生產|訪視|家訪)"
    r"|\s*(?:搬|遷|離婚|結婚|入監|入獄|出獄|出監|假釋|入學|轉學|畢業|退休|過世|死亡|開案|結案|出院|核發|通報|接案|止)"
)
_HAPPENED_IN = re.compile(
    rf"(?:發生|案發|事發)(?:於|在|地點(?:為|是|在))(?P<place>(?:宜蘭縣)?{TOWNSHIP_SHAPE.pattern}[^,。;\s]{{1,20}})"
)
_LIVES = re.compile(
    rf"(?:現住|居住|家住|住|案家位於|案家在|設籍|戶籍)(?:在|於)?(?:宜蘭縣)?(?P<t>{TOWNSHIP_SHAPE.pattern})"
)
_CALLER = r"(?:來電|電話通報|通報|報案|轉知|至中心|到中心)"
_CITIZEN_CALLS = re.compile(
    rf"(?P<k>鄰居|民眾|路人|親友|友人|房東|房客|里民|社區民眾|同事)[^，。,;\n]{{0,6}}?{_CALLER}"
)
_OFFICE_CALLS = re.compile(
    rf"(?P<k>[\u4e00-\u9fff]{{0,8}}(?:國小|國中|高中|高職|幼兒園|醫院|診所|衛生所|派出所|分駐所|警察局|分局|校方|院方|警方|社工師?|導師|老師|輔導主任|輔導老師|護理師|急診|員警|里長|村長|里幹事|村幹事|居服員|居服督導|居督|照專|個管師|心理師|醫師|照服員|就服員|保母))[^，。,;\n]{{0,8}}?{_CALLER}"
)


def names_somebody(text: str, start: int, end: int) -> bool:
    """Whether a name stands behind a word for a person in this stretch."""
    return _NAMED.search(text, start, end) is not None


def read_narrative(findings: Findings, start: int, end: int) -> None:
    """Take from the stretch `start:end` of the plain text what is certain."""
    _names(findings, start, end)
    _blamed(findings, start, end)
    _numbers(findings, start, end)
    _dates(findings, start, end)
    _places(findings, start, end)
    _signs(findings, start, end)
    _reporter(findings, start, end)


def inline(findings: Findings, start: int, end: int, person: int | None) -> None:
    """What stands behind a name in the same value or brackets belongs to the same person: numbers, birth, sex, relation."""
    text = findings.plain.text
    for match in ID_SHAPE.finditer(text, start, end):
        number = as_id(match[0])
        if number is not None and not number[1]:
            findings.add(What.ID_NUMBER, *match.span(), number[0], person)
    for match in PHONE_SHAPE.finditer(text, start, end):
        findings.add(What.PHONE, *match.span(), as_phone(match[0]), person)
    for match in DATE_SHAPE.finditer(text, start, end):
        is_listed = (
            _LISTED.search(text[start : match.start()]) and text[match.end() : match.end() + 1] in ",)、 "
        )
        beside = (
            is_listed
            or BIRTH_AFTER.match(text[match.end() : end])
            or BIRTH_BEFORE.search(text[start : match.start()])
        )
        if beside and not (person is not None and findings.has(What.BIRTH, person)):
            findings.add(What.BIRTH, *match.span(), as_date(match[0]), person)
    if person is not None and (sex := _SEX.match(text, start)):
        findings.add(What.SEX, sex.start(1), sex.end(1), "male" if sex[1] == "男" else "female", person)
    for match in ADDRESS_SHAPE.finditer(text, start, end):
        if is_address(match[0]):
            findings.add(What.ADDRESS, *match.span(), match[0], person)


def _names(findings: Findings, start: int, end: int) -> None:
    text = findings.plain.text
    for match in _NAMED.finditer(text, start, end):
        who, word = WHO_WORDS[match["who"]], match["who"]
        name = as_name(match["name"], is_asked=False)
        if not name or who is Who.STAFF:
            continue
        person = findings.known(name_key(name))
        if person is None:
            person = findings.person(who)
            findings.add(What.NAME, *match.span("name"), name, person)
        if word in RELATIONS and not findings.persons[person].relation:
            findings.relate(person, word)
            findings.add(What.RELATION, *match.span("who"), word, person)
        stop = _BESIDE.match(text, match.end(), end)
        if stop:
            home = ADDRESS_SHAPE.match(text, stop.end(), end)
            inline(findings, match.end(), home.end() if home else stop.end(), person)
            if home and who is Who.SUBJECT and (town := township_of(home[0])):
                _township(findings, *home.span(), town)


def _blamed(findings: Findings, start: int, end: int) -> None:
    """遭母親同居人毆打: who is blamed by relation, when no name tells."""
    for match in _BLAMED.finditer(findings.plain.text, start, end):
        if NEGATED.search(findings.plain.text[max(start, match.start() - 8) : match.start()]):
            continue
        if any(p.relation == match["who"] or p.who is Who.ALLEGED for p in findings.persons):
            continue
        person = findings.person(Who.ALLEGED, match["who"])
        findings.add(What.RELATION, *match.span("who"), match["who"], person)


def _numbers(findings: Findings, start: int, end: int) -> None:
    text = findings.plain.text
    for match in ID_SHAPE.finditer(text, start, end):
        number = as_id(match[0])
        if number is not None and not number[1] and not findings.covers(*match.span(), What.ID_NUMBER):
            findings.add(What.ID_NUMBER, *match.span(), number[0])
    for match in PHONE_SHAPE.finditer(text, start, end):
        if not findings.covers(*match.span(), What.PHONE):
            findings.add(What.PHONE, *match.span(), as_phone(match[0]))


def _dates(findings: Findings, start: int, end: int) -> None:
    text = findings.plain.text
    for match in DATE_SHAPE.finditer(text, start, end):
        before, after = (
            text[max(start, match.start() - 14) : match.start()],
            text[match.end() : match.end() + 24],
        )
        if BIRTH_AFTER.match(after) or BIRTH_BEFORE.search(before):
            if not findings.covers(*match.span(), What.BIRTH):
                findings.add(What.BIRTH, *match.span(), as_date(match[0]))
            continue
        if findings.has(What.HAPPENED_ON, None) or _NOT_EVENT.search(before) or _NOT_EVENT_AFTER.match(after):
            continue
        opens = not before.strip(" \n\t,。;") or before.rstrip(" \t")[-1:] in "\n。;:"
        when = time_after(text, match.end())
        if as_day(match[0]) and (opens or _EVENT_BEFORE.search(before) or when):
            event_on(findings, *match.span(), match[0])


def event_on(findings: Findings, start: int, end: int, written: str) -> None:
    """The day of the event, and the time of day when it stands behind."""
    findings.add(What.HAPPENED_ON, start, end, as_date(written))
    if when := time_after(findings.plain.text, end):
        findings.add(What.HAPPENED_AT, *when)


def _places(findings: Findings, start: int, end: int) -> None:
    text = findings.plain.text
    for match in ADDRESS_SHAPE.finditer(text, start, end):
        if is_address(match[0]) and not findings.covers(*match.span(), What.ADDRESS):
            findings.add(What.ADDRESS, *match.span(), match[0])
            if town := township_of(match[0]):
                _township(findings, match.start(), match.end(), town)
    for match in _HAPPENED_IN.finditer(text, start, end):
        if not findings.has(What.PLACE, None):
            findings.add(What.PLACE, *match.span("place"), match["place"])
            if town := township_of(match["place"]):
                _township(findings, *match.span("place"), town)
    for match in _LIVES.finditer(text, start, end):
        _township(findings, *match.span("t"), match["t"])


def _township(findings: Findings, start: int, end: int, name: str) -> None:
    at = findings.plain.text.find(name, start, end)
    if at >= 0 and not findings.has(What.TOWNSHIP, None):
        findings.add(What.TOWNSHIP, at, at + len(name), name)


def _signs(findings: Findings, start: int, end: int) -> None:
    text = findings.plain.text

    def is_denied(at: int) -> bool:
        return bool(NEGATED.search(text[max(start, at - 10) : at]))

    for match in INJURIES.finditer(text, start, end):
        if not is_denied(match.start()):
            findings.add(What.INJURY, *match.span(), match[0])
    for code, pattern in DANGERS:
        for match in pattern.finditer(text, start, end):
            if not is_denied(match.start()):
                findings.add(What.DANGER, *match.span(), code)


def _reporter(findings: Findings, start: int, end: int) -> None:
    text = findings.plain.text
    if findings.has(What.REPORTER_KIND, None) or any(f.what is What.REPORTER_KIND for f in findings.found):
        return
    if match := ANONYMOUS.search(text, start, end):
        findings.add(What.REPORTER_KIND, *match.span(), "anonymous")
    elif match := _CITIZEN_CALLS.search(text, start, end):
        findings.add(What.REPORTER_KIND, *match.span("k"), "citizen")
    elif match := _OFFICE_CALLS.search(text, start, end):
        kind_of_reporter(findings, *match.span("k"), None)


def kind_of_reporter(findings: Findings, start: int, end: int, person: int | None) -> None:
    """What kind of reporter the words of a stretch say: anonymous, an occupation that must report, a citizen. Said once."""
    text = findings.plain.text
    if any(f.what is What.REPORTER_KIND for f in findings.found):
        return
    if unnamed := ANONYMOUS.search(text, start, end):
        findings.add(What.REPORTER_KIND, *unnamed.span(), "anonymous", person)
        return
    for code, pattern in MANDATED:
        if match := pattern.search(text, start, end):
            findings.add(What.REPORTER_KIND, *match.span(), "mandated", person)
            findings.add(What.MANDATED_KIND, *match.span(), code, person)
            return
    if match := re.compile("責任通報").search(text, start, end):
        findings.add(What.REPORTER_KIND, *match.span(), "mandated", person)
    elif match := CITIZEN.search(text, start, end):
        findings.add(What.REPORTER_KIND, *match.span(), "citizen", person)

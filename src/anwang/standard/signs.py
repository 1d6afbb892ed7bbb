"""What gives a list away: morphemes in the names of its columns, and words in its cells, each with what it weighs.

A list is told by everything that is there. A sign is worth points for the lists that it speaks for, about the natural
logarithm of how much likelier it stands in such a list than in another. Of signs with the same name only the strongest
counts, so that three columns about schools are one sign. Patterns are searched in folded text (`text.fold_label`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .codes import RosterCode as R
from .headers import HOUSEHOLD_NUMBER

FAMILY, OUTREACH, RELIEF, SUICIDE = (
    R.VULNERABLE_FAMILY,
    R.CHILD_OUTREACH,
    R.EMERGENCY_RELIEF,
    R.SUICIDE_REPORT,
)
HEALTH, POLICE, SCHOOL, WORK, REGISTER = (
    R.HEALTH_CASE, R.POLICE_VISIT, R.SCHOOL_DROPOUT, R.EMPLOYMENT, R.HOUSEHOLD_REGISTER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeaderSign:
    """`pattern` in a column's header, without `unless` in it, speaks for the lists of `points`."""

    name: str
    pattern: re.Pattern[str]
    points: dict[R, float]
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class ValueSign:
    """At least `share` of a column's filled cells hold `pattern`.

    Looked for only under a header with `under`, and not under one with `unless`.
    """

    name: str
    pattern: re.Pattern[str]
    share: float
    points: dict[R, float]
    unless: re.Pattern[str] | None = None
    under: re.Pattern[str] | None = None


def _header(name: str, pattern: str, points: dict[R, float], unless: str = "") -> HeaderSign:
    return HeaderSign(name, re.compile(pattern), points, re.compile(unless) if unless else None)


def _value(
    name: str, pattern: str, share: float, points: dict[R, float], unless: str = "", under: str = ""
) -> ValueSign:
    return ValueSign(
        name,
        re.compile(pattern),
        share,
        points,
        re.compile(unless) if unless else None,
        re.compile(under) if under else None,
    )


_CARER = r"照顧|照護|監護|家長|撫養|兒童|幼兒|學生|案童|聯絡人"

HEADER_SIGNS: tuple[HeaderSign, ...] = (
    # 戶籍
    _header("戶號", HOUSEHOLD_NUMBER, {REGISTER: 1.8, FAMILY: 0.3}),
    _header("戶長", r"戶長|代理戶長|head(?:of|name|id)", {REGISTER: 1.5, FAMILY: 0.3}),
    _header("稱謂", r"稱謂|與戶長|kinship", {REGISTER: 1.5, FAMILY: 0.7}, _CARER),
    _header("戶內人口", r"戶內|(?<!顧慮)(?<!列管)人口|家屬姓名", {REGISTER: 1.2, FAMILY: 0.3}),
    _header("戶籍事項", r"遷入|遷出|原住民|族別|族群|記事|門牌|戶別|入籍|出生別|父姓名|母姓名", {REGISTER: 0.8}),
    _header("戶籍地", r"戶籍|設籍", {REGISTER: 0.3}),
    # 脆弱家庭
    _header("案主", r"案主|家庭代表|案家|戶代表|^client", {FAMILY: 1.8, HEALTH: 0.2}),
    _header("與案主關係", r"案主.*(?:關係|稱謂)|與個案.*關係|家庭(?:關係|角色)", {FAMILY: 1.5}),
    _header("關係", r"關係|relation|^rel$", {FAMILY: 0.9, REGISTER: 0.6}, _CARER),
    _header("家庭成員", r"成員", {FAMILY: 1.2, REGISTER: 0.2}),
    _header("開案", r"開案|成案|服務(?:起|開始)|^open|startdate", {FAMILY: 1.3, HEALTH: 0.5}),
    _header("社福中心", r"社福|福利服務|家庭(?:服務|福利)中心|welfarecent", {FAMILY: 2.0}),
    _header("中心", r"中心|cent(?:er|re)|主責", {FAMILY: 0.8}, r"毒防|心衛|心理|衛生"),
    # 六歲以下
    _header("照顧者", r"照顧|照護|主照|撫[養育]|carer|caregiver", {OUTREACH: 1.8, SCHOOL: 0.2}),
    _header("兒童", r"兒童|幼兒|幼童|孩童|嬰|小朋友|案童|寶寶|^child", {OUTREACH: 1.5}),
    _header("關懷訪視", r"關懷|訪視|訪查結果|visit(?:result|status)", {OUTREACH: 1.2, FAMILY: 0.3, HEALTH: 0.3, POLICE: 0.2}, r"日|時間"),
    _header("列冊", r"列冊|預防接種|疫苗|健兒|未納健保", {OUTREACH: 1.0}),
    _header("家長", r"家長|監護|法定代理|父母|guardian|parent", {SCHOOL: 0.6, OUTREACH: 0.6}),
    # 急難紓困
    _header("急難", r"急難|紓困|救助|relief", {RELIEF: 3.0}),
    _header("金額", r"金額|補助款|救助金|慰問金|款項|amount|amt|新台幣|元$", {RELIEF: 2.0}),
    _header("核定", r"核[定發准撥給]|補助|撥款|給付|approved|grant|subsidy", {RELIEF: 1.3}),
    _header("申請", r"申請|applicant|appl(?:y|ied|ication)", {RELIEF: 1.3}),
    _header("受理", r"受理|收件", {RELIEF: 0.5, SUICIDE: 0.2}),
    _header("事由", r"事由", {RELIEF: 0.8}),
    # 自殺通報
    _header("自殺", r"自[殺傷戕]|輕生|suicid|selfharm", {SUICIDE: 3.5}),
    _header("企圖", r"企圖|尋短", {SUICIDE: 1.5}),
    _header("原因", r"原因|動機|主因|cause|reason", {SUICIDE: 1.0}, r"列冊|申請|輟|離校|失業|結案|急難|退|未就業|缺課"),
    _header("通報", r"通報|report", {SUICIDE: 0.8, SCHOOL: 0.4}),
    # 心理健康及毒防
    _header("就醫", r"就醫|就診|治療|服藥|看診|回診|醫囑|醫療|病識|treatment|carestatus|medic", {HEALTH: 2.2}),
    _header("疾病", r"診斷|病名|病別|疾病|藥癮|毒品|精神|成癮|酒癮|icd|diagnos", {HEALTH: 1.8}),
    _header("追蹤", r"追蹤|followup", {HEALTH: 0.9, SUICIDE: 0.2}),
    _header("個管", r"個管|收案|心衛|毒防|casemanage", {HEALTH: 1.1, FAMILY: 0.3}),
    _header("類別", r"(?:個案|收案|案件|服務|個管|問題|^)(?:類別|類型|別)|^類$|category|casetype|^type", {HEALTH: 0.9}),
    # 治安顧慮
    _header("治安顧慮", r"治安|顧慮", {POLICE: 3.0}),
    _header("查訪", r"查訪|^last_?visit", {POLICE: 2.5}),
    _header("訪查", r"訪查日|訪查時|visit", {POLICE: 0.7}, r"result|status"),
    _header("警所", r"派出所|分駐所|警察|警所|警勤|分局|勤區|受持|station|precinct|police", {POLICE: 1.8}),
    _header("轄區", r"責任區|管轄所|轄管|^unit|^office$|^branch$|^轄區$|^單位$|^所別$", {POLICE: 0.9}),
    _header("刑案", r"前科|罪名|^案類|假釋|出監|出獄|刑案|犯罪|刑期", {POLICE: 1.5}),
    _header("列管", r"列管", {POLICE: 0.5, HEALTH: 0.3}),
    # 中輟
    _header("中輟", r"輟|中離|復學|離校|缺課|失學|返校|drop", {SCHOOL: 3.0}),
    _header("學校", r"學校|校名|校別|就讀|在籍|學籍|school", {SCHOOL: 2.0}),
    _header("年級", r"年級|班級|年班|導師|學號|座號|^grade|^class", {SCHOOL: 1.2}),
    _header("學生", r"學生|學童|^stu", {SCHOOL: 1.5, OUTREACH: 0.2}),
    _header("就學", r"就學|輔導", {SCHOOL: 0.8, WORK: 0.1, HEALTH: 0.2}),
    # 推介就業
    _header("求職", r"求職|推介|媒合|失業者|jobs", {WORK: 2.5}),
    _header("就業", r"就業|失業|待業|謀職|職訓|employ", {WORK: 1.2}),
    _header("對象別", r"特定對象|對象(?:別|類別|身分|身份)|welfare", {WORK: 1.2}),
    _header("身分別", r"身[分份](?:別|類)|福利身|弱勢", {WORK: 0.6, RELIEF: 0.1}),
    _header("登記", r"登記|登錄|^reg", {WORK: 0.7}),
    _header("職業條件", r"職類|專長|希望職|薪資|工作經", {WORK: 0.8}),
)  # fmt: skip

# The number of a record is called after the system it came from (申請案號, 通報單號), so it says little about the list.
RECORD_HEADER = re.compile(r"(?:號|編號|號碼|編碼|代碼|碼|no|id)$")
RECORD_FACTOR = 0.25
FURTHER_FACTOR = 0.5  # of the signs of one column, those after the strongest

# Lists of other services that bureaus keep: a file so called is none of the nine, unless its name says one of them too.
OTHER_LISTS = re.compile(
    r"長照|長期照顧|喘息|托育|托嬰|津貼|低收入?戶?(?:名冊|清冊|名單|資格)|身[心]?障(?:礙)?(?:者)?(?:名冊|清冊|名單|證明|鑑定)|志工|家暴|家庭暴力|保護案|性侵"
    r"|獨居|老人|新住民|疫苗|接種|職訓|職業訓練|早療|早期療育|租金|送餐|輔具|失蹤人口|協尋|保險|守望相助|夏令營|員工|職員|出勤|薪資|會員|房客|廠商"
)
OTHER_LIST_POINTS = -4.0
# A school, a police station or an illness stands in lists of many kinds (a summer camp's, the neighbourhood watch's): one
# such column makes no list, unless its name says so.
NEED_TWO_COLUMNS = frozenset({R.SCHOOL_DROPOUT, R.POLICE_VISIT, R.HEALTH_CASE})

VALUE_SIGNS: tuple[ValueSign, ...] = (
    _value("戶長", r"^戶長", 0.08, {REGISTER: 3.0, FAMILY: 0.2}),
    _value("案主本人", r"^(?:本人|案主|個案)", 0.08, {FAMILY: 0.6, REGISTER: -1.0}, _CARER),
    _value("學校", r"(?:國小|國中|高中|高職|小學|中學|附小|附中|大學|專校|高工|高商|家商|農工|工商|學校|幼兒園)(?:附設.*)?$", 0.5, {SCHOOL: 2.5}, r"程度|學歷"),
    _value("就學狀態", r"中輟|復學|輟學|中離|返校|失學|時輟時學|輔導中", 0.3, {SCHOOL: 2.5}, r"通報|事由|原因"),
    _value("年級", r"^(?:國[一二三]|高[一二三]|國?小[一二三四五六]|[一二三四五六七八九1-9]年級?)", 0.5, {SCHOOL: 1.0}),
    _value("自殺原因", r"感情|情感因素|失戀|家庭(?:關係|因素|問題|失和)|夫妻|經濟(?:因素|壓力|問題|困難)|久病|學業|人際|因素$", 0.35, {SUICIDE: 1.6}, r"類別|診斷|申請|列冊|輟"),
    # Decisive: causes of suicide under a header that asks for a cause.
    _value("自殺的原因", r"感情|情感|失戀|久病|憂鬱|人際|家庭(?:關係|因素)|經濟(?:因素|壓力)|未註明", 0.5, {SUICIDE: 3.0}, r"列冊|申請|輟|離校|失業|結案|急難|缺課", r"原因|動機|主因|cause|reason"),
    _value("感情", r"感情|失戀|情傷", 0.08, {SUICIDE: 1.0}, r"輟|離校|類別"),
    _value("自殺方式", r"燒炭|上吊|跳樓|墜樓|割腕|投河|跳河|跳海|溺水|安眠藥|農藥|服藥(?!物)|吞藥|臥軌", 0.3, {SUICIDE: 2.5}, r"就醫|治療|追蹤|情形"),
    _value("疾病類別", r"藥癮|毒|精神|思覺|酒癮|憂鬱|躁鬱|雙[極相]|焦慮|海洛因|安非他命|愷他命|妄想|^f[1-4]\d", 0.5, {HEALTH: 2.2}, r"罪名|^案類|前科|單位|中心"),
    _value("就醫情形", r"就醫|治療|就診|回診|醫囑|停藥|住院|按時服藥|規則服藥|未服藥", 0.25, {HEALTH: 2.2}, r"事由|單位|方式"),
    _value("追蹤", r"追蹤", 0.3, {HEALTH: 0.6}),
    _value("推介結果", r"推介|媒合|求職|職訓|面試|錄取", 0.15, {WORK: 2.5}, r"事由|職業|原因"),
    _value("就業情形", r"就業|待業|上工", 0.3, {WORK: 1.0}, r"事由|職業|原因"),
    _value("求職者身分", r"更生|失業|中高齡|負擔家計|二度就業", 0.1, {WORK: 1.5}, r"事由|原因|職業"),
    _value("福利身分", r"低收|身心障礙|身障|特殊境遇|特境|新住民|原住民", 0.5, {WORK: 0.7, RELIEF: 0.2, FAMILY: 0.2}, r"族|原住民"),
    _value("警所", r"分駐所|派出所|警察|分局|駐在所|偵查隊", 0.5, {POLICE: 2.2}, r"通報"),
    _value("罪名", r"竊盜|詐欺|搶奪|強盜|妨害|槍砲|殺人|縱火|公共危險", 0.3, {POLICE: 1.5}, r"事由|原因"),
    _value("訪視結果", r"訪視|行方不明|未遇|拒訪|[已待未]訪|查無此人|關懷", 0.3, {OUTREACH: 2.0, FAMILY: 0.3, POLICE: 0.2}),
    _value("社福中心", r"社福|福利服務中心|家庭服務中心", 0.5, {FAMILY: 2.0}),
)  # fmt: skip

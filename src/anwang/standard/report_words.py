"""Words of reports: who is spoken of, what a label asks for, injuries and dangers. For `report_text`.

Forms of many offices call the same thing differently (案主、個案、被害人、案童); the words here are those of 通報單, 轉介單 and
傳真 of schools, police, hospitals and centres.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Who(StrEnum):
    """The part that a person has in a report. `staff` is on duty and no person of the case: never filled in."""

    SUBJECT = "subject"
    ALLEGED = "alleged"
    CARER = "carer"
    FAMILY = "family"
    REPORTER = "reporter"
    OTHER = "other"
    STAFF = "staff"


class What(StrEnum):
    """What a found value fills."""

    NAME = "name"
    ID_NUMBER = "id_number"
    BIRTH = "birth"
    SEX = "sex"
    PHONE = "phone"
    ADDRESS = "address"
    TOWNSHIP = "township"
    RELATION = "relation"
    WORKPLACE = "workplace"
    REPORTER_KIND = "reporter_kind"
    MANDATED_KIND = "mandated_kind"
    HAPPENED_ON = "happened_on"
    HAPPENED_AT = "happened_at"
    PLACE = "place"
    INJURY = "injury"
    DANGER = "danger"
    STORY = "story"
    # Asked by forms, bounds of other values, and not filled in.
    NOTHING = "nothing"
    NARRATIVE = "narrative"


_SUBJECT = "被通報人 受通報人 個案 案主 案童 案家個案 兒少 兒童少年 兒童及少年 兒童 少年 學生 學童 被害人 被害者 被害兒少 受害人 受害者 受虐者 受虐兒少 當事人 服務對象 服務使用者 病患 病人 患者 老人 長者 自殺企圖者 關懷對象 申請人 聲請人 幼兒 幼童 嬰兒 孩童 案嬰 產婦 孕婦 求助者 求助人 受照顧者 獨居長者 獨居老人"
_REPORTER = "通報人 通報人員 通報者 報案人 檢舉人 舉報人 來電者 來電人 填表人 填報人 通報單位聯絡人 學校聯絡人 單位聯絡人 責任通報人"
_ALLEGED = "相對人 加害人 行為人 施虐者 施虐人 施暴者 施暴人 嫌疑人 犯嫌 嫌犯 涉嫌人 疑似加害人 疑似施虐者 疑似施虐人 疑似行為人"
_CARER = "主要照顧者 主要照顧人 實際照顧者 照顧者 照顧人 監護人 法定代理人 家長 主照者"
_OTHER = "緊急聯絡人 緊急連絡人 聯絡人 連絡人 關係人 目擊者 證人"
_STAFF = "承辦社工 承辦單位 主責單位 承辦人 承辦人員 承辦員警 受理人 受理人員 受理員警 社工 社工員 社工師 主責社工 督導 主管 單位主管 核章 校長 員警 處理員警 個管師 個管員 收件人 聯絡窗口 導師 班導師 輔導老師"

RELATIONS = tuple(
    sorted(
        [
            "案父",
            "案母",
            "案繼父",
            "案繼母",
            "案養父",
            "案養母",
            "案祖父",
            "案祖母",
            "案外祖父",
            "案外祖母",
            "案外公",
            "案外婆",
            "案爺爺",
            "案奶奶",
            "案阿公",
            "案阿嬤",
            "案兄",
            "案姊",
            "案姐",
            "案弟",
            "案妹",
            "案長兄",
            "案長姊",
            "案長子",
            "案長女",
            "案次子",
            "案次女",
            "案子",
            "案女",
            "案夫",
            "案妻",
            "案配偶",
            "案媳",
            "案婿",
            "案舅",
            "案叔",
            "案伯",
            "案姑",
            "案姨",
            "案大伯",
            "案舅舅",
            "案叔叔",
            "案姑姑",
            "案阿姨",
            "案友",
            "案母同居人",
            "案父同居人",
            "案母男友",
            "案同居人",
            "父親",
            "母親",
            "爸爸",
            "媽媽",
            "生父",
            "生母",
            "繼父",
            "繼母",
            "養父",
            "養母",
            "祖父",
            "祖母",
            "外祖父",
            "外祖母",
            "爺爺",
            "奶奶",
            "外公",
            "外婆",
            "阿公",
            "阿嬤",
            "阿媽",
            "哥哥",
            "姊姊",
            "姐姐",
            "弟弟",
            "妹妹",
            "大哥",
            "大姊",
            "大姐",
            "胞兄",
            "胞姊",
            "胞弟",
            "胞妹",
            "長子",
            "長女",
            "次子",
            "次女",
            "三子",
            "三女",
            "兒子",
            "女兒",
            "丈夫",
            "妻子",
            "太太",
            "老公",
            "老婆",
            "配偶",
            "同居人",
            "同居男友",
            "同居女友",
            "男友",
            "女友",
            "男朋友",
            "女朋友",
            "前夫",
            "前妻",
            "媳婦",
            "女婿",
            "公公",
            "婆婆",
            "岳父",
            "岳母",
            "舅舅",
            "叔叔",
            "伯父",
            "伯伯",
            "姑姑",
            "阿姨",
            "姨媽",
            "嬸嬸",
            "母親同居人",
            "母親男友",
            "母之同居人",
            "母親之同居人",
            "父親同居人",
            "父親女友",
            "母親的同居人",
            "姪女",
            "姪子",
            "姪兒",
            "外甥",
            "外甥女",
            "孫子",
            "孫女",
            "外孫",
            "外孫女",
            "嫂嫂",
            "大嫂",
            "弟媳",
            "表哥",
            "表姊",
            "堂哥",
            "堂姊",
            "父",
            "母",
            "夫",
            "妻",
        ],
        key=len,
        reverse=True,
    )
)

WHO_WORDS: dict[str, Who] = {
    word: who
    for who, words in (
        (Who.FAMILY, " ".join(RELATIONS)), (Who.STAFF, _STAFF), (Who.OTHER, _OTHER), (Who.CARER, _CARER),
        (Who.ALLEGED, _ALLEGED), (Who.REPORTER, _REPORTER), (Who.SUBJECT, _SUBJECT),
    )
    for word in words.split()
}  # fmt: skip

ATTRIBUTES: dict[str, What] = {
    word: what
    for what, words in (
        (What.NAME, "姓名 名字 中文姓名 真實姓名 全名"),
        (What.ID_NUMBER, "身分證 身份證 身分證號 身份證號 身分證字號 身份證字號 身分證號碼 身份證號碼 身分證編號 身分證統一編號 身份證統一編號 國民身分證統一編號 國民身份證統一編號 統一編號 統一證號 居留證號 居留證號碼 居留證統一證號 證號 身分證統號 ID"),
        (What.BIRTH, "出生年月日 出生日期 出生日 出生 生日 生年月日 出生年月"),
        (What.SEX, "性別 生理性別"),
        (What.PHONE, "電話 手機 聯絡電話 連絡電話 行動電話 手機號碼 電話號碼 市話 住家電話 住宅電話 家用電話 公司電話 日間電話 夜間電話 聯絡方式 連絡方式 聯絡手機 市內電話 電話/手機 TEL Tel tel"),
        (What.ADDRESS, "地址 住址 居住地址 居住地 現居地址 現居地 現住地址 現住地 戶籍地址 戶籍地 設籍地址 通訊地址 聯絡地址 連絡地址 住家地址 住所 居所 住處 住"),
        (What.TOWNSHIP, "鄉鎮市區 鄉鎮市 鄉鎮 行政區 居住鄉鎮"),
        (What.RELATION, "關係 與個案關係 與案主關係 與被害人關係 與兒少關係 與兒童關係 與學生關係 與被通報人關係 與相對人關係 與當事人關係 與病人關係 與病患關係 稱謂 與個案之關係 與被害人之關係"),
        (What.WORKPLACE, "服務單位 通報單位 單位名稱 單位 任職單位 機關名稱 通報機關 服務機關 通報機構"),
        (What.REPORTER_KIND, "類別 通報來源 通報人類別 通報者類別 通報人身分 通報人身份 通報者身分 通報身分 身分別 身分 通報類別 通報人員類別 職稱 職業 來源"),
        (What.HAPPENED_ON, "發生時間 發生日期 發生日 案發時間 案發日期 事發時間 事發日期 事件時間 事件日期 事件發生時間 事件發生日期 發生日期時間 最近一次發生時間"),
        (What.PLACE, "發生地點 案發地點 事發地點 事件地點 事件發生地點 案發地 地點 發生地"),
        (What.STORY, "案情 案情摘要 案情陳述 案情描述 案情概述 案情說明 通報內容 事件摘要 事件描述 事件經過 事件概述 事實經過 具體事實 簡述案情 主訴 摘要 通報事由 通報原因 個案概況 案況 案況摘要 情形描述 具體情形 說明 內容"),
        (What.NARRATIVE, "受傷情形 傷勢 傷害情形 受傷狀況 傷勢情形 受虐情形 身體檢查 理學檢查 診斷 檢查結果 危險評估 立即危險 現況 需求 處理情形 已處理情形 備註 其他 主旨 案由"),
        (What.NOTHING, "年齡 年級 班級 就讀學校 學校 學校名稱 國籍 族別 教育程度 婚姻 婚姻狀況 案號 編號 通報編號 病歷號 病歷號碼 通報日期 通報時間 受理時間 受理日期 填表日期 填表時間 收件日期 發文日期 發文字號 日期 時間 就診日期 就醫日期 到院時間 知悉時間 電子郵件 電子信箱 Email E-mail email 傳真 FAX Fax 科別 主治醫師 案件類型 案件類別 通報類型 受文者 正本 副本 身心障礙 福利身分"),
    )
    for word in words.split()
}  # fmt: skip

# A name is asked for and none is given.
NO_NAME = re.compile(
    r"^(?:不詳|未詳|不明|未知|無|無名|同上|同前|略|保密|匿名|拒答|不願(?:透露|具名|提供|告知)?|不便(?:透露|提供)?|未提供|未透露|未留|待查|不知|N/?A|-+|○+)"
)
ANONYMOUS = re.compile(
    r"匿名|不願(?:具名|透露(?:姓名|身分|身份))|未(?:具名|留(?:下)?(?:姓名|資料))|不具名|拒絕透露(?:姓名|身分)"
)

_NOT = r"(?:無(?!人|法|故)|未(?!滿|成年|婚)|未見|未有|沒有|沒|並無|無明顯|未發現|否認|不曾|未曾|非|查無|排除)"
NEGATED = re.compile(rf"{_NOT}[^，。；、,;:\n]{{0,6}}$")

INJURIES = re.compile(
    r"(?:(?:左|右|雙|兩|前|後|上|下){0,3}(?:眼眶|眼睛|眼|臉頰|臉部|臉|額頭|額|嘴角|嘴唇|鼻|耳朵|耳|頭皮|頭部|頭|後腦|頸部|頸|脖子|肩膀|肩|手臂|上臂|前臂|手腕|手背|手肘|手部|手|胸部|胸|腹部|腹|腰部|腰|背部|背|臀部|臀|大腿|小腿|腿部|腿|膝蓋|膝|腳踝|腳|四肢|全身|身上|身體|肋骨|下體|陰部)(?:、|及|和|與|到|至)?){0,6}"
    r"(?:處|部)?(?:有|出現|呈現|可見)?(?:多處|數處|大片|明顯|新舊|嚴重|陳舊性|線狀|條狀|環狀|圓形){0,4}"
    r"(?:瘀青|瘀傷|瘀血|淤青|烏青|黑青|挫傷|挫擦傷|擦傷|擦挫傷|撕裂傷|裂傷|割傷|刀傷|穿刺傷|燙傷|灼傷|燒傷|骨折|腦震盪|硬腦膜下出血|顱內出血|視網膜出血|流血|出血|紅腫|腫脹|腫痛|抓痕|抓傷|鞭痕|勒痕|掐痕|咬痕|咬傷|傷痕|傷口|菸燙傷|菸疤|紅疹|褥瘡)"
)  # fmt: skip

# Code, and the words that say it. The narrower and stronger stand first.
DANGERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        ("weapon", r"(?:手?持|拿(?:出|起|著)?|揮舞|亮出|以|用)(?:菜刀|水果刀|西瓜刀|開山刀|美工刀|剪刀|刀子|刀械|刀|槍枝|槍|木棍|棍棒|球棒|鐵棍|武器|兇器)"),
        ("strangling", r"(?:掐|勒)(?:住|著)?(?:其|她|他|個案|案母|案主|被害人|媽媽|母親|案童)?(?:的)?(?:脖子|頸部|頸|喉嚨)"),
        ("threat", r"(?:揚言|威脅|恐嚇|嗆聲|放話)(?:說)?(?:要|將|會)?[^，。；,;\n]{0,8}?(?:殺(?:了|死|害)?|同歸於盡|放火|縱火|引爆|開瓦斯|一起死|死給|讓[^，。]{0,4}好看|砍|潑)"),
        ("suicide", r"(?:企圖|試圖|意圖|揚言|有|欲|想要?)?(?:自殺|輕生|燒炭|上吊|跳樓|跳河|跳海|割腕|服藥過量|吞藥|喝農藥|自傷|自殘|不想活)(?:意念|企圖|行為|計畫)?"),
        ("sexual", r"性侵害?|強制性交|猥褻|性騷擾|亂倫|撫摸(?:下體|胸部|私處)|私密影像|性影像"),
        ("left_alone", r"獨留|獨自在家|無人照顧|無人看顧|無人照料|遺棄|棄置|反鎖(?:在)?|關在"),
        ("no_food", r"(?:斷糧|沒(?:有)?(?:東西|飯)吃|三餐不繼|無(?:食物|米)|(?:已)?(?:一|兩|二|三|\d)天(?:未|沒)(?:有)?(?:進食|吃))"),
        ("unconscious", r"昏迷|意識不清|失去意識|無呼吸心跳|OHCA|插管|加護病房|病危|命危|癲癇重積|嚴重脫水"),
        ("violence", r"毆打|家暴|施暴|暴力相向|徒手(?:打|毆)|拳打腳踢|打(?:巴掌|耳光)|甩(?:巴掌|耳光)|踹|鞭打|抽打|摔(?:打|小孩|孩子|嬰兒)|搖晃嬰兒|虐待|施虐|體罰|過度管教|不當管教"),
        ("intoxicated", r"酗酒|酒醉|喝醉|酒後|吸毒|吸食(?:毒品|安非他命|K他命|海洛因)|施用(?:毒品|[一二三四]級毒品)|毒癮"),
    )
)  # fmt: skip

# Workplaces and posts of those who must report, told by their names. Codes are those of the report form (intake).
MANDATED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        ("child_care", r"幼兒園|托嬰|托育|保母|教保|居家托育"),
        ("education", r"國小|國中|高中|高職|小學|中學|大學|學校|教育(?:人員|處|局)|老師|教師|導師|校長|輔導(?:主任|組長|室)|學務|家商|高工|高商|附中|教官|校方"),
        ("social_work", r"社工|社會工作|社福中心|社會福利|家扶|世界展望|勵馨|兒福聯盟|家庭服務中心|基金會|家防中心"),
        ("medical", r"醫院|醫師|護理|診所|衛生所|急診|醫療|醫事|心理師|治療師|長庚|公衛|院方"),
        ("police", r"警察|派出所|分駐所|分局|員警|警員|偵查|婦幼隊|巡官|警務|警方"),
        ("judicial", r"法院|地檢|檢察|觀護|少調官|監獄|看守所|矯正|司法|少觀所"),
        ("village", r"里長|村長|里幹事|村里幹事|村幹事|鄰長"),
        ("household_registration", r"戶政"),
        ("immigration", r"移民署|移民業務|專勤隊|移民"),
        ("long_term_care", r"長照|居督|照專|居服|照服員|照顧服務員|日照中心|養護|護理之家|居家服務|身障(?:機構|服務)|居家服務"),
        ("labour", r"就業服務|就服|勞工處|勞政|就業中心"),
    )
)  # fmt: skip
CITIZEN = re.compile(
    r"一般民眾|民眾|鄰居|親友|路人|友人|房東|房客|親戚|家屬|本人|自行求助|自行通報|同事|鄰人|社區"
)

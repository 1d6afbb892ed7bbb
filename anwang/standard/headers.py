"""What bureaus call their columns: spellings of every standard field, in Chinese and in system abbreviations.

`HEADERS` are whole headers; `HEADER_WORDS` are words that give a longer header away; `NOT_WORDS` spoil such a guess
(`案主身分證字號` is not the person's own number). All are compared folded, so width, case, spaces and signs are free.
"""

from __future__ import annotations

from .fields import FieldId as F

HEADERS: dict[F, tuple[str, ...]] = {
    F.RECORD_NUMBER: (
        "編號", "案號", "案件編號", "個案編號", "流水號", "申請案號", "登記編號", "登記號碼", "通報編號", "通報單號",
        "通報案號", "收件編號", "收案編號", "管理編號", "案件號", "案件號碼", "列管編號", "查訪編號", "求職編號",
        "學生編號", "個管編號", "資料編號", "紀錄編號", "識別碼", "主鍵", "系統編號", "案件流水號", "個案號", "件號",
        "文號", "單號", "id", "no", "caseno", "caseid", "case_id", "recordid", "record_no", "recno", "seqno", "uid",
        "key", "pk", "rid", "serial", "序號", "序次號", "服務編號", "案編", "案件代號", "個案代號", "個案代碼",
    ),
    F.ROW_NUMBER: ("序", "項次", "項", "次序", "#", "順序", "列號", "筆數", "seq", "rownum", "row", "item", "序號", "no"),
    F.NAME: (
        "姓名", "個案姓名", "中文姓名", "名字", "當事人", "當事人姓名", "個案", "本人姓名", "對象姓名", "服務對象",
        "服務對象姓名", "學生姓名", "兒童姓名", "申請人", "申請人姓名", "求職者", "求職者姓名", "成員姓名", "家庭成員",
        "被通報人", "被通報人姓名", "受查訪人", "查訪對象", "name", "cname", "chname", "fullname", "full_name",
        "person_name", "casename", "studentname", "stuname", "pname", "nm", "xm", "人員姓名", "受訪者", "案主姓名",
        "少年姓名", "幼童姓名", "受服務者", "列管人口姓名", "列管對象",
    ),
    F.ID_NUMBER: (
        "身分證字號", "身份證字號", "身分證號", "身份證號", "身分證號碼", "身份證號碼", "身分證統一編號",
        "身份證統一編號", "國民身分證統一編號", "國民身分證", "統一編號", "統一證號", "身分證", "身份證",
        "身分證字號居留證號", "身分證或居留證號", "居留證號", "居留證號碼", "外來人口統一證號", "證號", "證件號碼",
        "證件字號", "身證字號", "身分字號", "統編", "身分證明文件號碼", "身分證統編", "身份證統編", "個人統編", "idno",
        "id_no", "idnumber", "id_number", "nationalid", "national_id", "pid", "personid", "person_id", "idn",
        "id_card", "idcard", "citizenid", "ssn", "personalid", "uniformno", "uniid", "identity", "identityno",
    ),
    F.BIRTH: (
        "生日", "出生日期", "出生年月日", "出生日", "出生年月", "出生", "生年月日", "出生日期民國", "出生日期西元",
        "民國生日", "西元生日", "出生年", "出生年次", "年次", "birth", "birthday", "birthdate", "birth_date",
        "dateofbirth", "dob", "bdate", "birthdt", "birth_dt", "birthymd", "bday", "生日民國", "生日西元", "誕生日",
    ),
    F.SEX: ("性別", "性別男女", "生理性別", "性", "男女", "男女別", "sex", "gender", "sexcode", "sex_code", "性別代碼"),
    F.PHONE: (
        "電話", "聯絡電話", "連絡電話", "電話號碼", "聯絡方式", "連絡方式", "手機", "手機號碼", "行動電話", "市話",
        "室內電話", "住家電話", "家用電話", "住宅電話", "公司電話", "家長電話", "家長聯絡電話", "監護人電話", "照顧者電話",
        "緊急聯絡電話", "聯絡人電話", "通訊電話", "本人電話", "電話1", "電話2", "聯絡電話1", "聯絡電話2", "日間電話",
        "夜間電話", "電話日", "電話夜", "電話手機", "手機電話", "tel", "tel1", "tel2", "telephone", "phone", "phoneno",
        "phone_no", "phonenumber", "mobile", "mobileno", "cell", "cellphone", "telno", "tel_no", "contact", "contactno",
        "cellno", "mphone", "hphone", "電話或手機", "行動", "連絡手機",
    ),
    F.ADDRESS: (
        "地址", "住址", "居住地址", "現居地址", "現居地", "現住地址", "現住址", "現居住地", "居住地", "居住處所", "居住所",
        "實際居住地址", "實際居住地", "居所", "居所地址", "通訊地址", "通訊處", "通訊住址", "聯絡地址", "連絡地址",
        "聯絡住址", "家庭地址", "住家地址", "住處", "住所", "所在地", "查訪地址", "查訪地", "addr", "address",
        "homeaddr", "home_address", "homeaddress", "curaddr", "liveaddr", "mailaddr", "resaddr", "residence",
        "contactaddr", "addr1", "現地址", "目前住址", "目前居住地址", "居住地點",
    ),
    F.REGISTER_ADDRESS: (
        "戶籍地址", "戶籍地", "戶籍住址", "戶籍", "設籍地址", "設籍地", "戶籍所在地", "戶籍址", "permanentaddress",
        "regaddr", "registeraddr", "hhaddr", "registeredaddress", "permaddr",
    ),
    F.HOUSEHOLD_NUMBER: (
        "戶號", "戶籍號碼", "戶口號碼", "戶籍戶號", "戶編號", "戶籍編號", "家戶編號", "戶政戶號", "householdno",
        "household_no", "householdid", "household_id", "hhno", "hhid", "hh_id", "hno", "household", "familyid",
    ),
    F.RELATION: (
        "稱謂", "稱謂別", "戶內稱謂", "與戶長關係", "與戶長之關係", "與案主關係", "與案主之關係", "與個案關係", "關係",
        "家庭關係", "親屬關係", "家屬稱謂", "與主案主關係", "relation", "relationship", "rel", "kinship", "relcode",
        "與申請人關係", "成員關係", "身分關係",
    ),
    F.REFERENCE_NAME: (
        "案主姓名", "案主", "主案主", "主案主姓名", "戶長姓名", "戶長", "戶長名", "案家", "主要案主", "主案", "案主名",
        "headname", "head", "clientname", "client", "mainname", "refname", "主個案姓名", "主個案",
    ),
    F.REFERENCE_ID_NUMBER: ("案主身分證字號", "案主身分證號", "案主統一編號", "戶長身分證字號", "戶長統一編號", "headid"),
    F.CARER_NAME: (
        "主要照顧者", "照顧者", "照顧者姓名", "主要照顧者姓名", "監護人", "監護人姓名", "家長", "家長姓名", "主要照顧人",
        "主要照顧人姓名", "照顧人", "法定代理人", "父母姓名", "父或母姓名", "家長或監護人", "照護者", "主要照護者",
        "主照顧者", "照顧者名", "實際照顧者", "carer", "carername", "caregiver", "caregivername", "guardian",
        "guardianname", "parent", "parentname", "主照者", "撫養人",
    ),
    F.CARER_ID_NUMBER: ("照顧者身分證字號", "照顧者身分證號", "監護人身分證字號", "家長身分證字號", "主要照顧者身分證字號", "carerid"),
    F.CARER_PHONE: ("照顧者電話", "家長電話", "監護人電話", "主要照顧者電話", "家長聯絡電話", "照顧者聯絡電話", "carertel"),
    F.CARER_RELATION: ("與兒童關係", "照顧者關係", "與幼兒關係", "與學生關係", "監護人關係", "照顧者與兒童關係", "家長關係", "照顧者稱謂"),
    F.OPENED_ON: (
        "開案日期", "開案日", "開案時間", "開始服務日", "服務開始日期", "服務起日", "收案日期", "收案日", "立案日期",
        "成案日期", "受案日期", "opendate", "open_date", "opened", "openedon", "startdate", "start_date", "casedate",
    ),
    F.CLOSED_ON: ("結案日期", "結案日", "服務迄日", "closedate", "close_date", "closed", "enddate", "end_date", "結案時間"),
    F.WELFARE_CENTER: (
        "社福中心", "社會福利服務中心", "家庭服務中心", "主責中心", "服務中心", "承辦中心", "所屬中心", "中心別", "家防中心",
        "主責單位", "center", "centre", "welfarecenter", "中心", "服務單位", "主責社福中心", "轄區中心",
    ),
    F.VISIT_RESULT: (
        "訪視結果", "訪視情形", "訪視狀況", "訪視狀態", "關懷結果", "關懷訪視結果", "訪查結果", "訪視辦理情形", "visitresult",
        "visit_result", "visitstatus", "訪視", "關懷情形", "關懷狀況", "訪視回報",
    ),
    F.APPLIED_ON: (
        "申請日期", "申請日", "申請時間", "受理日期", "受理日", "收件日期", "提出申請日", "applydate", "apply_date",
        "applied", "applicationdate", "appdate",
    ),
    F.APPROVED_AMOUNT: (
        "核定金額", "核發金額", "補助金額", "核准金額", "核撥金額", "救助金額", "紓困金額", "發給金額", "金額", "核定金額元",
        "核發金額元", "補助款", "amount", "amt", "approvedamount", "grant", "subsidy", "給付金額", "撥款金額",
    ),
    F.REPORTED_ON: (
        "通報日期", "通報日", "通報時間", "受理通報日期", "自殺通報日期", "事件日期", "發生日期", "reportdate",
        "report_date", "reported", "notifydate", "rptdate", "通報年月日", "自殺日期", "企圖日期",
    ),
    F.SUICIDE_CAUSE: (
        "自殺原因", "通報原因", "企圖自殺原因", "自殺企圖原因", "自殺主因", "主要原因", "自傷原因", "自殺動機", "自殺因素",
        "原因別", "cause", "reason", "suicidecause", "suicidereason", "原因", "動機", "自殺行為原因", "主因", "可能原因",
    ),
    F.CASE_CATEGORY: (
        "個案類別", "個案類型", "案件類別", "案件類型", "個管類別", "個案別", "收案類別", "列管類別", "診斷", "診斷類別",
        "疾病類別", "病別", "category", "casetype", "case_type", "casecategory", "type", "類別", "類型", "疾病別", "問題類別",
        "主要診斷", "服務類別",
    ),
    F.CARE_STATUS: (
        "就醫或追蹤情形", "就醫情形", "就醫狀況", "就醫狀態", "追蹤情形", "追蹤狀況", "追蹤狀態", "治療情形", "治療狀況",
        "治療狀態", "追蹤輔導情形", "個管情形", "個管狀態", "就醫與追蹤", "就醫追蹤", "服務狀況", "訪視追蹤情形", "carestatus",
        "care_status", "treatment", "treatmentstatus", "status", "followup", "就診情形", "就醫追蹤情形", "醫療情形", "管理情形",
    ),
    F.POLICE_UNIT: (
        "查訪單位", "轄區派出所", "派出所", "分駐所", "轄管單位", "所別", "警勤單位", "分駐派出所", "轄區分駐所", "警察單位",
        "警所", "policeunit", "police_unit", "unit", "station", "policestation", "轄區單位", "單位", "承辦所", "受持單位",
    ),
    F.VISITED_ON: (
        "查訪日期", "最近查訪日", "最近查訪日期", "上次查訪日期", "最後查訪日", "最後查訪日期", "訪視日期", "最近訪視日期",
        "訪查日期", "lastvisit", "last_visit", "visitdate", "visit_date", "visited", "visitedon", "lastvisitdate", "訪視日",
        "查訪日", "訪視時間", "關懷日期", "最近一次查訪",
    ),
    F.SCHOOL: ("就讀學校", "學校", "學校名稱", "校名", "就讀學校名稱", "原就讀學校", "校別", "school", "schoolname", "school_name", "在籍學校", "所屬學校"),
    F.DROPOUT_ON: (
        "輟學日期", "中輟日期", "中輟日", "輟學日", "離校日期", "中離日期", "通報中輟日期", "中輟通報日期", "缺課起日",
        "dropoutdate", "dropout_date", "dropdate", "leavedate", "失學日期", "未到校日期", "輟學時間",
    ),
    F.DROPOUT_STATUS: (
        "狀態", "就學狀態", "中輟狀態", "目前狀態", "復學情形", "輔導情形", "輔導狀況", "現況", "目前情形", "辦理情形", "status",
        "dropoutstatus", "就學情形", "復學狀況", "學生狀態", "輔導狀態", "就學狀況",
    ),
    F.WELFARE_STATUS: (
        "身分別", "身份別", "身分類別", "身份類別", "福利身分", "福利身份", "福利別", "特定對象", "特定對象身分", "對象別",
        "對象類別", "弱勢身分", "弱勢類別", "弱勢別", "identitytype", "welfarestatus", "welfare", "身分", "身份", "資格別",
        "特定對象別", "失業者類別",
    ),
    F.REGISTERED_ON: (
        "登記日期", "登記日", "求職登記日期", "求職登記日", "求職日期", "辦理登記日期", "regdate", "reg_date", "registered",
        "registerdate", "登錄日期", "建檔日期", "求職登記時間",
    ),
    F.EMPLOYMENT_RESULT: (
        "推介結果", "推介情形", "推介狀況", "就業結果", "就業情形", "就業狀況", "就業狀態", "媒合結果", "媒合情形", "輔導結果",
        "result", "jobresult", "employment", "employmentresult", "推介就業結果", "結果", "目前就業狀況", "推介媒合結果",
    ),
    F.PERIOD: ("資料月份", "月份", "資料年月", "年月", "統計月份", "period", "yyymm", "month", "資料期間", "報送月份"),
    F.NOTE: ("備註", "備考", "附註", "註記", "說明", "note", "notes", "remark", "remarks", "memo", "comment", "其他", "註"),
}  # fmt: skip

HEADER_WORDS: tuple[tuple[str, F], ...] = (
    ("身分證", F.ID_NUMBER), ("身份證", F.ID_NUMBER), ("統一編號", F.ID_NUMBER), ("統一證號", F.ID_NUMBER), ("居留證", F.ID_NUMBER),
    ("證號", F.ID_NUMBER), ("證件", F.ID_NUMBER), ("idno", F.ID_NUMBER), ("idnum", F.ID_NUMBER), ("nationalid", F.ID_NUMBER),
    ("出生", F.BIRTH), ("生日", F.BIRTH), ("年次", F.BIRTH), ("birth", F.BIRTH), ("dob", F.BIRTH),
    ("性別", F.SEX), ("gender", F.SEX), ("sex", F.SEX),
    ("電話", F.PHONE), ("手機", F.PHONE), ("市話", F.PHONE), ("聯絡方式", F.PHONE), ("連絡方式", F.PHONE), ("phone", F.PHONE),
    ("mobile", F.PHONE), ("tel", F.PHONE),
    ("戶籍地", F.REGISTER_ADDRESS), ("戶籍住址", F.REGISTER_ADDRESS), ("設籍", F.REGISTER_ADDRESS),
    ("地址", F.ADDRESS), ("住址", F.ADDRESS), ("居住", F.ADDRESS), ("居所", F.ADDRESS), ("現居", F.ADDRESS), ("通訊", F.ADDRESS),
    ("住所", F.ADDRESS), ("addr", F.ADDRESS),
    ("戶號", F.HOUSEHOLD_NUMBER), ("household", F.HOUSEHOLD_NUMBER), ("hhno", F.HOUSEHOLD_NUMBER),
    ("稱謂", F.RELATION), ("關係", F.RELATION), ("relation", F.RELATION),
    ("照顧者", F.CARER_NAME), ("照護者", F.CARER_NAME), ("照顧人", F.CARER_NAME), ("監護人", F.CARER_NAME), ("家長", F.CARER_NAME),
    ("法定代理人", F.CARER_NAME), ("carer", F.CARER_NAME), ("caregiver", F.CARER_NAME), ("guardian", F.CARER_NAME),
    ("戶長姓名", F.REFERENCE_NAME), ("案主姓名", F.REFERENCE_NAME), ("主案主", F.REFERENCE_NAME), ("案主", F.REFERENCE_NAME),
    ("姓名", F.NAME), ("求職者", F.NAME), ("申請人", F.NAME), ("申請者", F.NAME), ("學生", F.NAME), ("name", F.NAME),
    ("開案", F.OPENED_ON), ("收案日", F.OPENED_ON), ("結案", F.CLOSED_ON),
    ("社福中心", F.WELFARE_CENTER), ("家庭服務中心", F.WELFARE_CENTER), ("福利服務中心", F.WELFARE_CENTER), ("中心", F.WELFARE_CENTER),
    ("訪視結果", F.VISIT_RESULT), ("關懷結果", F.VISIT_RESULT), ("訪視情", F.VISIT_RESULT), ("訪視狀", F.VISIT_RESULT),
    ("訪查結果", F.VISIT_RESULT), ("visitresult", F.VISIT_RESULT),
    ("申請日", F.APPLIED_ON), ("受理日", F.APPLIED_ON), ("金額", F.APPROVED_AMOUNT), ("補助款", F.APPROVED_AMOUNT),
    ("amount", F.APPROVED_AMOUNT),
    ("通報日", F.REPORTED_ON), ("通報時間", F.REPORTED_ON), ("自殺原因", F.SUICIDE_CAUSE), ("原因", F.SUICIDE_CAUSE), ("cause", F.SUICIDE_CAUSE),
    ("動機", F.SUICIDE_CAUSE), ("類別", F.CASE_CATEGORY), ("類型", F.CASE_CATEGORY), ("診斷", F.CASE_CATEGORY), ("category", F.CASE_CATEGORY),
    ("就醫", F.CARE_STATUS), ("追蹤", F.CARE_STATUS), ("治療", F.CARE_STATUS), ("treatment", F.CARE_STATUS),
    ("派出所", F.POLICE_UNIT), ("分駐所", F.POLICE_UNIT), ("查訪單位", F.POLICE_UNIT), ("station", F.POLICE_UNIT),
    ("查訪日", F.VISITED_ON), ("訪視日", F.VISITED_ON), ("最近查訪", F.VISITED_ON), ("最後查訪", F.VISITED_ON), ("visit", F.VISITED_ON),
    ("學校", F.SCHOOL), ("校名", F.SCHOOL), ("school", F.SCHOOL),
    ("輟學日", F.DROPOUT_ON), ("中輟日", F.DROPOUT_ON), ("離校日", F.DROPOUT_ON), ("dropoutdate", F.DROPOUT_ON),
    ("就學", F.DROPOUT_STATUS), ("復學", F.DROPOUT_STATUS), ("狀態", F.DROPOUT_STATUS), ("輔導", F.DROPOUT_STATUS),
    ("身分別", F.WELFARE_STATUS), ("身份別", F.WELFARE_STATUS), ("福利身", F.WELFARE_STATUS), ("特定對象", F.WELFARE_STATUS), ("弱勢", F.WELFARE_STATUS),
    ("登記日", F.REGISTERED_ON), ("求職日", F.REGISTERED_ON),
    ("推介", F.EMPLOYMENT_RESULT), ("就業", F.EMPLOYMENT_RESULT), ("媒合", F.EMPLOYMENT_RESULT),
    ("月份", F.PERIOD), ("年月", F.PERIOD),
    ("編號", F.RECORD_NUMBER), ("案號", F.RECORD_NUMBER), ("流水號", F.RECORD_NUMBER), ("caseno", F.RECORD_NUMBER),
    ("備註", F.NOTE), ("說明", F.NOTE), ("remark", F.NOTE),
)  # fmt: skip

_OTHERS = ("案主", "戶長", "照顧", "監護", "家長", "父", "母", "聯絡人", "代理人", "配偶", "社工", "承辦", "個管員", "通報人員", "督導", "導師")
_DAY = ("日", "時間", "date")

NOT_WORDS: dict[F, tuple[str, ...]] = {
    F.ID_NUMBER: _OTHERS,
    F.BIRTH: _OTHERS,
    F.SEX: _OTHERS,
    F.NAME: (*_OTHERS, "學校", "單位", "機關", "編號", "號", "電話", "地址", "日期", "filename"),
    F.CARER_NAME: ("電話", "手機", "身分", "身份", "證", "關係", "地址", "生日", "出生", "性別", "職業"),
    F.REFERENCE_NAME: ("電話", "手機", "身分", "身份", "證", "關係", "地址", "生日", "出生", "性別", "編號", "號"),
    F.PHONE: ("社工", "承辦", "個管員", "單位", "學校", "督導", "導師"),
    F.ADDRESS: ("學校", "單位", "電話", "年月", "ip"),
    F.RELATION: ("家庭關係問題", "學生", "兒童", "幼兒", "照顧", "監護"),
    F.RECORD_NUMBER: ("統一", "身分", "身份", "戶", "學號", "郵遞"),
    F.SUICIDE_CAUSE: ("輟學", "結案", "失業", "申請", "退件"),
    F.CASE_CATEGORY: ("身分", "身份"),
    F.CARE_STATUS: _DAY,
    F.DROPOUT_STATUS: (*_DAY, "學校", "就醫", "訪視", "追蹤", "婚姻"),
    F.EMPLOYMENT_RESULT: (*_DAY, "服務站", "編號"),
    F.WELFARE_STATUS: _DAY,
    F.VISIT_RESULT: _DAY,
    F.VISITED_ON: ("結果", "情形", "單位", "狀", "result", "status", "對象"),
    F.OPENED_ON: ("單位", "結果", "社工", "編號"),
    F.WELFARE_CENTER: ("電話", "毒防", "地址"),
}  # fmt: skip

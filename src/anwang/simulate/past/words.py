"""What workers wrote: sentences of visits, plans, reviews, answers of the desk. No names."""

from __future__ import annotations

from anwang.services.dispatch.rules import NotOpenedReason, ReturnReason

VISITS: dict[str, tuple[str, ...]] = {
    "home": (
        "家中整潔，案主精神尚可，談到最近的生活與困難，說明可用的資源。",
        "確認上次談的事已完成一半，其餘困難在交通，協助聯繫接送。",
        "看了廚房與臥室，食物足夠，提醒用電安全。",
        "話比上次多，願意說出擔心的事，約定下次一起填申請書。",
    ),
    "phone": (
        "電話中說這週狀況穩定，約定下次到家裡訪視的時間。",
        "來電說明近況，情緒較上次平穩，提醒回診日期。",
    ),
    "school": (
        "到校與導師、本人會談，出席改善，午餐正常。",
        "輔導老師說明近兩週情形，本人願意繼續參加小團體。",
    ),
    "office": (
        "到中心會談，填寫補助申請，說明審核時間。",
        "依約前來，逐項確認計畫，下一步由本人先聯繫。",
    ),
    "outside": ("在社區據點見面，參加活動後單獨談了二十分鐘。", "陪同就醫，醫師說明病情與用藥。"),
}  # fmt: skip
NOT_MET = ("按鈴無人應門，留下聯絡單。", "鄰居說一早外出，改約下次。", "電話未接，傳訊息請回電。", "")
NEXT_STEPS = ("追蹤補助申請結果", "了解就學與照顧安排", "確認回診與用藥", "看上次約定的事", "")
FIRST_PURPOSE = "首次訪視，了解家庭狀況與期待"

GOALS: dict[str, tuple[str, str, str]] = {
    "economy": ("每月收支能打平，不再積欠房租", "申請急難紓困與中低收入補助、記帳指導", "經濟"),
    "housing": ("有安全穩定的住處", "租金補貼申請、協助與房東協調", "居住"),
    "care": ("每天有人照顧三餐與就寢", "連結托育與喘息服務、親職示範", "照顧"),
    "health": ("按時回診並持續用藥", "陪同就醫、聯繫個案管理師", "身心健康"),
    "relations": ("家人能用不傷人的方式談事情", "家庭會談、轉介諮商", "家庭關係"),
    "schooling": ("每天到校，缺課不超過每月兩天", "聯繫導師與專輔老師、課後照顧", "就學"),
    "work": ("三個月內有穩定工作", "陪同就業服務站面談、職訓資訊", "就業"),
    "network": ("有兩位可以求助的親友或鄰里", "社區據點參與、志工關懷", "親友與社區支持"),
}
PLAN_SUMMARY = "與家人一起訂定，先處理最急的事，每次訪視確認進度。"
SECOND_SUMMARY = "依檢討結果修訂，增加一項目標，其餘照原計畫。"
RETURNED_PLAN = "目標請寫得更具體，並補上由誰負責。"
REVIEW = "依目標逐項與家人討論，調整下一季的做法。"
LAST_REVIEW = "結案前逐項確認，未達成的說明原因並交代後續資源。"
GIVEN_UP = "家人表示目前不再進行，已告知可再申請的窗口。"
WORSE = "這一季因家中變故，情形較前次差。"
REASONS_OF_LEVEL = "依訪視所見與家人說法，調整為符合目前情形的等級。"
SEEN = "已與家人聯繫確認通報情形，併入原計畫處理。"
CLOSING_SUMMARY = (
    "服務期間定期訪視，家庭已能運用資源，主要需求獲得處理。",
    "照顧與經濟情形改善，家人知道遇到困難時可以找誰。",
    "服務期間提供資源與陪伴，未完成的部分已說明後續窗口。",
)
CLOSING_NOTE = "已多次說明服務內容，並留下聯絡方式，需要時可再申請。"
REFERRED_TO = "居住地社會福利服務中心"
AFTERCARE = ("學校輔導室持續關心", "村里幹事定期關懷", "社區關懷據點", "")
OVERRULE = "已與家庭及合作單位確認後續安排，督導同意結案。"
SETTLING = "依戶籍與實際居住地認定，由轄區單位主責，另一單位協助。"
REPLY = "電話回復：通報已受理並派案，後續由負責單位處理。"
SCREENING_REASON = "依通報內容與當事人需求，由此方案服務較適合。"
SENDING_REASON = "依通報人所述地點，先派該單位確認。"
AGAIN_MESSAGE = "前次退派，經確認轄區後改派。"
SAFETY_PLAN = ("由同住長輩陪同照顧，相對人暫不單獨與孩子相處", "祖母與社工")
FINDINGS = {
    True: "訪視本人、照顧者與學校，傷勢與說法不符，認定有不當對待，需要持續協助。",
    False: "訪視本人、照顧者與學校，查無不當對待；親職壓力大，已說明資源。",
}
NOT_SUBSTANTIATED_TO = "轄區社會福利服務中心親職資源"

RETURNS: dict[ReturnReason, str] = {
    ReturnReason.NOT_OUR_AREA: "經電話確認，實際居住地不在本單位轄區。",
    ReturnReason.NOT_OUR_POPULATION: "需求以其他服務為主，非本單位服務對象。",
    ReturnReason.ALREADY_SERVED: "已由其他單位開案服務，建議由該單位續處。",
    ReturnReason.TOO_LITTLE: "聯絡電話與地址均無法聯繫，請補充資料。",
}
NOT_OPENED: dict[NotOpenedReason, tuple[str, str]] = {
    NotOpenedReason.NOT_PROTECTIVE: ("與通報人、學校確認後，非屬保護事件，家庭另有照顧需求。", ""),
    NotOpenedReason.SUPPORTED: ("親友已協助照顧並連結資源，家人知道求助管道。", ""),
    NotOpenedReason.SERVED_ALREADY: ("查已有網絡單位服務中，通知原單位了解本次情形。", ""),
    NotOpenedReason.NO_CONTACT: ("三次聯繫未果，地址查無此人，請村里協助留意。", "村里辦公處持續留意"),
    NotOpenedReason.DUPLICATE: ("與稍早通報為同一事件，併案處理。", "原通報受派單位"),
}

"""What every room shares: the audit log, duties with a time, and decisions with their reasons.

Members and units live above this room, so they are kept here as numbers, not as foreign keys; the audit log must
also outlive the rows that it speaks of.
"""

from __future__ import annotations

from django.db import models

from .clock_models import Closure, Deadline, DeadlineChange, Escalation
from .sealing import SealedField

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "Closure",
    "Deadline",
    "DeadlineChange",
    "Decision",
    "Draft",
    "Escalation",
    "OutboxEvent",
]


class AuditEntry(models.Model):
    """One act on data of a person, written in the same transaction as the act. Append-only for the app role."""

    class Action(models.TextChoices):
        OPENED_PERSON = "opened_person", "開啟人員"
        OPENED_HOUSEHOLD = "opened_household", "開啟家戶"
        SEARCHED = "searched", "查詢"
        SCREENED_REPORT = "screened_report", "篩案"
        SENT_DISPATCH = "sent_dispatch", "派案"
        CALLED_BACK_DISPATCH = "called_back_dispatch", "收回派案"
        ACCEPTED_DISPATCH = "accepted_dispatch", "收案"
        RETURNED_DISPATCH = "returned_dispatch", "退派"
        SETTLED_DISPUTE = "settled_dispute", "裁定主責"
        NOT_OPENED_REPORT = "not_opened_report", "不開案並轉介"
        RECEIVED_REFERRAL = "received_referral", "收到不開案轉介"
        REOPENED_REPORT = "reopened_report", "複閱後改派"
        SENT_ON_REPORT = "sent_on_report", "調查後改派"
        CONTACTED_FAMILY = "contacted_family", "記收案後的聯繫"
        OPENED_DESK = "opened_desk", "開啟派案台"
        OPENED_DISPATCH = "opened_dispatch", "開啟派案"
        HANDED_OVER = "handed_over", "交班"
        TOOK_OVER = "took_over", "接班"
        DREW_SAMPLE = "drew_sample", "抽案"
        OPENED_SAMPLE = "opened_sample", "開啟抽案"
        READ_SAMPLE = "read_sample", "複閱抽案"
        LOOKED_UP = "looked_up", "輸入時比對"
        OPENED_LIST = "opened_list", "開啟名單"
        EXPORTED_LIST = "exported_list", "匯出名單"
        SENT_LIST = "sent_list", "送出名單"
        RECEIPTED_LIST = "receipted_list", "收受名單"
        RETURNED_LIST = "returned_list", "退回名單"
        ANSWERED_RETURN = "answered_return", "處理退回"
        LEFT_OUT_ENTRY = "left_out_entry", "名單列不送"
        TOOK_BACK_ENTRY = "took_back_entry", "名單列恢復"
        LOADED_ROSTER = "loaded_roster", "載入名冊"
        OPENED_ROSTER = "opened_roster", "開啟名冊"
        EXPORTED_REFUSALS = "exported_refusals", "匯出退回列"
        OPENED_PAIR = "opened_pair", "開啟比對"
        DECIDED_PAIR = "decided_pair", "決定比對"
        UNDID_DECISION = "undid_decision", "復原比對決定"
        MERGED_PERSONS = "merged_persons", "合併人員"
        SPLIT_PERSON = "split_person", "拆分人員"
        LINKED = "linked", "歸戶"
        KEPT_FORM = "kept_form", "填寫表單"
        OPENED_FORM = "opened_form", "開啟表單"
        MADE_LISTS = "made_lists", "產製名單"
        EXPORTED_LINKS = "exported_links", "匯出歸戶結果"
        OPENED_INVESTIGATION = "opened_investigation", "開始調查"
        CHANGED_INVESTIGATION = "changed_investigation", "更新調查"
        READ_INVESTIGATION = "read_investigation", "開啟調查"
        OPENED_CASE = "opened_case", "開案"
        CHANGED_CASE = "changed_case", "更新個案"
        READ_CASE = "read_case", "開啟個案"
        CLOSED_CASE = "closed_case", "結案"
        STATED_PURPOSE = "stated_purpose", "說明查閱目的"
        SIGNED_IN = "signed_in", "登入"
        SIGN_IN_FAILED = "sign_in_failed", "登入失敗"
        SIGNED_OUT = "signed_out", "登出"
        CHANGED_PASSWORD = "changed_password", "變更密碼"
        ADDED_MEMBER = "added_member", "新增成員"
        GAVE_POST = "gave_post", "派任職務"
        ENDED_POST = "ended_post", "結束職務"
        SET_PASSWORD = "set_password", "設定一次性密碼"
        UNLOCKED = "unlocked", "解除鎖定"
        REFUSED = "refused", "拒絕存取"
        ENTERED_CLOSURE = "entered_closure", "登錄停班"
        WITHDREW_CLOSURE = "withdrew_closure", "撤回停班"
        ENTERED_REPORT = "entered_report", "登錄通報"
        OPENED_REPORT = "opened_report", "開啟通報"
        CHANGED_REPORT = "changed_report", "補充或更正通報"
        OPENED_REPORTER = "opened_reporter", "開啟通報人身分"
        REPLIED_REPORTER = "replied_reporter", "記回復通報人"
        EXPORTED_REPORTS = "exported_reports", "匯出通報"
        READ_AUDIT = "read_audit", "查閱稽核紀錄"
        VERIFIED_AUDIT = "verified_audit", "核對稽核紀錄"
        ADDED_ATTACHMENT = "added_attachment", "新增附件"
        OPENED_ATTACHMENT = "opened_attachment", "下載附件"
        WITHDREW_ATTACHMENT = "withdrew_attachment", "撤回附件"
        MADE_SYSTEM = "made_client", "新增介接系統"
        CHANGED_SYSTEM = "changed_client", "變更介接系統"
        MADE_TOKEN = "made_token", "發給權杖"
        REVOKED_TOKEN = "revoked_token", "停用權杖"
        CHANGED_SUBSCRIPTION = "changed_subscription", "變更事件訂閱"
        SENT_EVENT_AGAIN = "sent_event_again", "重送事件"
        TRIED_JOB_AGAIN = "tried_job_again", "重新執行背景工作"
        DELIVERED_REPORT = "delivered_report", "介接送入通報"
        READ_REPORT_STATE = "read_report_state", "介接查詢通報狀態"

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=16)
    member_id = models.BigIntegerField(null=True)
    member_name = models.CharField(max_length=80, blank=True)
    unit_id = models.BigIntegerField(null=True)
    agency_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=32, choices=Action.choices)
    subject_kind = models.CharField(max_length=32, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["member_id", "-at"], name="audit_member"),
            models.Index(fields=["unit_id", "-at"], name="audit_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.subject_kind} {self.subject_id}"


class AuditSeal(models.Model):
    """A keyed digest over a run of audit rows and the seal before it: a changed or missing row breaks the chain."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.IntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.first_id}-{self.last_id}"


class Decision(models.Model):
    """A rule's or a person's result that can be asked "why?" (house.md)."""

    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    rule_id = models.CharField(max_length=64)
    policy_version = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    outcome = models.CharField(max_length=64)
    reason = models.TextField()
    citation = models.CharField(max_length=300)
    unit_id = models.BigIntegerField(null=True)
    made_by_member_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    overrules = models.ForeignKey("self", null=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="decision_subject")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.outcome}"


class Draft(models.Model):
    """Text typed into a form and not yet sent, sealed, kept so that a time-out loses nothing.

    `tab` is "" for the draft itself; another value is the copy of a browser tab whose text could not be merged into
    it and waits for its writer to decide. `written_by` is the tab that saved last.
    """

    member_id = models.BigIntegerField()
    form = models.CharField(max_length=120)
    tab = models.CharField(max_length=40, blank=True, default="")
    sealed = SealedField(row_by=("member_id", "form", "tab"))
    revision = models.IntegerField(default=1)
    written_by = models.CharField(max_length=40, blank=True, default="")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member_id", "form", "tab"], name="draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]

    def __str__(self) -> str:
        return f"{self.form} r{self.revision}"


class OutboxEvent(models.Model):
    """Something that other systems may be told of, by numbers and codes only (`outbox.publish`).

    `key` is what receivers know it by. `sequence` counts the events of one subject from 1. `units` are those that it
    concerns. `relayed_at` is when it was laid out for each receiver.
    """

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    sequence = models.IntegerField()
    units = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "sequence"], name="outbox_event_in_order"
            )
        ]
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(relayed_at__isnull=True)),
            models.Index(fields=["at"], name="outbox_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} #{self.sequence}"

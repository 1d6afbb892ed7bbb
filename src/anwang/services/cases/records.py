"""What is written in a case: assessments, plans with goals and their progress, visits, contacts.

A row of `unit` was written by that unit. A finished row stays (the database refuses to change it); a correction is a
further row that `replaces` it and says `why`.
"""

from __future__ import annotations

from django.db import models

from anwang.agencies.models import Member, Unit
from anwang.platform.models import Decision

from .case_models import Case, choices_of
from .process import PlanState, VisitState
from .vocabulary import ChildSeen, ContactKind, GoalState, NotMetReason, Safety, VisitPlace


class Assessment(models.Model):
    """家庭評估, comparable over time: `household` and `persons` (by member number) are answers to the programme's forms
    `forms` (form id to version); `items` the scales among them as scored then, `answers` all of them in words, so that an
    old one is read and compared whatever the form has become. `suggested` is the rule's level, `level` the worker's, `decision` keeps both; `basis` is the rule's reason and clause
    as told to the worker, for a unit that takes over."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    assessed_on = models.DateField()
    forms = models.JSONField(default=dict)
    household = models.JSONField(default=dict)
    persons = models.JSONField(default=dict)
    items = models.JSONField(default=list)
    answers = models.JSONField(default=list)
    suggested = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    basis = models.JSONField(default=dict)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    client_key = models.CharField(max_length=64, null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_key"], name="assessment_once")]
        indexes = [models.Index(fields=["case", "assessed_on"], name="assessment_case")]

    def __str__(self) -> str:
        return f"assessment of {self.case_id} on {self.assessed_on}"


class Plan(models.Model):
    """處遇計畫, one row for each version. `revision` counts the savings of a draft, so that two tabs meet."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=choices_of(PlanState), default=PlanState.DRAFT)
    summary = models.TextField(blank=True)
    client_agrees = models.CharField(max_length=8, blank=True)
    disagreement = models.CharField(max_length=300, blank=True)
    until_on = models.DateField(null=True)
    revision = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=80, blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_by_name = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField(max_length=80, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state__in=["draft", "submitted"]),
                name="one_plan_in_the_making",
            ),
        ]
        indexes = [models.Index(fields=["unit"], name="plan_waiting", condition=models.Q(state="submitted"))]

    def __str__(self) -> str:
        return f"plan {self.version} of {self.case_id}"


class PlanGoal(models.Model):
    """A goal of a plan with the services for it, who does them, and by when. `continues` is the same goal before."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="goals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    need = models.CharField(max_length=200, blank=True)
    goal = models.CharField(max_length=300)
    services = models.CharField(max_length=500)
    owner = models.CharField(max_length=120)
    due_on = models.DateField(null=True)
    continues = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_goal_once")]
        indexes = [models.Index(fields=["case"], name="plan_goal_case")]

    def __str__(self) -> str:
        return f"goal {self.number} of plan {self.plan_id}"


class PlanReview(models.Model):
    """檢討: how the plan goes, with the progress of its goals (`GoalProgress.review`)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews")
    text = models.TextField()
    client_key = models.CharField(max_length=64, null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_key"], name="plan_review_once")]

    def __str__(self) -> str:
        return f"review of plan {self.plan_id}"


class GoalProgress(models.Model):
    """How a goal stands at a moment. The youngest row is in force; none before the first review."""

    goal = models.ForeignKey(PlanGoal, on_delete=models.PROTECT, related_name="progress")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="progress")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(PlanReview, null=True, on_delete=models.PROTECT, related_name="progress")
    state = models.CharField(max_length=12, choices=choices_of(GoalState))
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "goal"], name="goal_progress_case")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.state}"


class Visit(models.Model):
    """訪視: planned, then done, not met or cancelled; one that nobody planned is written as done at once.

    `seen` are the numbers of the members who were met. `client_key` comes with the form: sent again after a broken
    line, it makes no second visit.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visits")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=choices_of(VisitState), default=VisitState.PLANNED)
    place = models.CharField(max_length=12, choices=choices_of(VisitPlace))
    worker = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(null=True)
    purpose = models.CharField(max_length=300, blank=True)
    visited_at = models.DateTimeField(null=True)
    seen = models.JSONField(default=list)
    child_seen = models.CharField(max_length=12, choices=choices_of(ChildSeen), blank=True)
    safety = models.CharField(max_length=12, choices=choices_of(Safety), blank=True)
    not_met_reason = models.CharField(max_length=12, choices=choices_of(NotMetReason), blank=True)
    text = models.TextField(blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    client_key = models.CharField(max_length=64, null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_by_name = models.CharField(max_length=80, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client_key"], name="visit_once"),
            models.CheckConstraint(
                condition=models.Q(state="planned", planned_at__isnull=False)
                | models.Q(state__in=["done", "not_met"], visited_at__isnull=False)
                | models.Q(state="cancelled"),
                name="visit_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "visited_at"], name="visit_case"),
            models.Index(
                fields=["unit", "planned_at"], name="visit_planned", condition=models.Q(state="planned")
            ),
        ]

    def __str__(self) -> str:
        return f"visit {self.pk} of {self.case_id}"


class ContactNote(models.Model):
    """聯繫紀錄: a call, a message, a word with another unit."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=choices_of(ContactKind))
    with_whom = models.CharField(max_length=80, blank=True)
    reached = models.BooleanField(default=True)
    contacted_at = models.DateTimeField()
    text = models.TextField()
    client_key = models.CharField(max_length=64, null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_key"], name="contact_once")]
        indexes = [models.Index(fields=["case", "contacted_at"], name="contact_case")]

    def __str__(self) -> str:
        return f"contact {self.pk} of {self.case_id}"

"""Who works: bureaus, units, townships and their jurisdictions, members and their posts."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Agency(models.Model):
    """A bureau (局處) of the county."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A unit (單位) of an agency: its head office, a welfare service centre, the intake centre."""

    class Kind(models.TextChoices):
        OFFICE = "office", "局處本部"
        WELFARE_CENTER = "welfare_center", "社會福利服務中心"
        INTAKE_CENTER = "intake_center", "集中受理通報與派案中心"
        PROTECTION = "protection", "保護服務單位"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    phone = models.CharField(max_length=30, blank=True)
    contact = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.name


class Township(models.Model):
    """A township (鄉鎮市), by its household-register code."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class Jurisdiction(models.Model):
    """A township that a unit serves, from a day on (003)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE)
    township = models.ForeignKey(Township, on_delete=models.PROTECT)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    citation = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "township", "from_on"], name="jurisdiction_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.township}"


class Role(models.TextChoices):
    SOCIAL_WORKER = "social_worker", "社工"
    SUPERVISOR = "supervisor", "督導"
    DISPATCHER = "dispatcher", "派案人員"
    MEETING_CLERK = "meeting_clerk", "會議幕僚"
    LIAISON = "liaison", "局處聯絡人"
    INDICATOR_OFFICER = "indicator_officer", "指標承辦"
    DATA_ENGINEER = "data_engineer", "資料工程師"
    AUDITOR = "auditor", "稽核"
    ADMINISTRATOR = "administrator", "系統管理"


class MemberManager(BaseUserManager["Member"]):
    def create_member(self, *, username: str, password: str | None, **fields: object) -> Member:
        member = self.model(username=username, **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser):
    """A person who signs in. What they may do comes from their posts."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=30, blank=True)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = MemberManager()

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A member's role in a unit, from a day on (職務). `until_on` is its last day; one that ends before it began never was."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=Role.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "unit", "role", "from_on"], name="post_once"),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True)
                | models.Q(until_on__gte=models.F("from_on") - dt.timedelta(days=1)),
                name="post_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.unit} {self.get_role_display()}"

"""Writes about who works: setting up the county's organisation and its members."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from .models import Agency, Jurisdiction, Member, Post, Role, Township, Unit
from .posts import (
    StaffError,
    add_member,
    end_post,
    give_post,
    reset_password,
    set_password,
    unlock,
)

__all__ = [
    "CountyFileError",
    "StaffError",
    "add_member",
    "appoint",
    "end_post",
    "establish_county",
    "give_post",
    "read_county",
    "reset_password",
    "set_password",
    "unlock",
]


class CountyFileError(ValueError):
    """The county file is wrong; the message says where, in zh-TW."""


def read_county(path: Path | None = None) -> dict[str, Any]:
    """The county's organisation from a YAML file (default: the one that ships)."""
    text = (
        path.read_text("utf-8")
        if path
        else files("anwang.agencies").joinpath("county.yaml").read_text("utf-8")
    )
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CountyFileError(f"縣市組織檔無法讀取：{error}") from error
    missing = {"county", "from_on", "agencies", "units", "townships"} - set(data or {})
    if missing:
        raise CountyFileError(f"縣市組織檔缺少：{'、'.join(sorted(missing))}")
    return data


@transaction.atomic
def establish_county(*, county: dict[str, Any]) -> None:
    """Make or update agencies, units, townships and jurisdictions. Running it again changes nothing."""
    for row in county["agencies"]:
        Agency.objects.update_or_create(code=row["code"], defaults={"name": row["name"]})
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    for row in county["units"]:
        if row["agency"] not in agencies:
            raise CountyFileError(f"單位「{row['name']}」的局處代碼「{row['agency']}」不存在")
        Unit.objects.update_or_create(
            code=row["code"],
            defaults={
                "agency": agencies[row["agency"]],
                "name": row["name"],
                "kind": row["kind"],
                "phone": row.get("phone", ""),
                "contact": row.get("contact", ""),
            },
        )
    units = {unit.code: unit for unit in Unit.objects.all()}
    for row in county["townships"]:
        if row["centre"] not in units:
            raise CountyFileError(f"「{row['name']}」的社福中心代碼「{row['centre']}」不存在")
        township, _ = Township.objects.update_or_create(code=row["code"], defaults={"name": row["name"]})
        Jurisdiction.objects.update_or_create(
            unit=units[row["centre"]],
            township=township,
            from_on=county["from_on"],
            defaults={"citation": "003 貳一(1/2)"},
        )


@transaction.atomic
def appoint(
    *, username: str, name: str, unit_code: str, roles: list[str], password: str | None, from_on: dt.date
) -> Member:
    """Make a member of a demo home or a test with posts in one unit, or add posts; not written into the log."""
    unknown = set(roles) - set(Role.values)
    if unknown:
        raise CountyFileError(f"沒有這個角色：{'、'.join(sorted(unknown))}")
    unit = Unit.objects.filter(code=unit_code).first()
    if unit is None:
        raise CountyFileError(f"沒有這個單位：{unit_code}")
    member = Member.objects.filter(username=username).first()
    if member is None:
        member = Member.objects.create_member(username=username, password=password, name=name)
    for role in roles:
        Post.objects.get_or_create(member=member, unit=unit, role=role, defaults={"from_on": from_on})
    return member

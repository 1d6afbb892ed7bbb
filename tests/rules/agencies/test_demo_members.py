"""The demo accounts fit the county that ships."""

from __future__ import annotations

from anwang.agencies.actions import read_county
from anwang.agencies.demo import DEMO_MEMBERS
from anwang.agencies.rules import ROLE_PERMISSIONS


def test_demo_members_hold_real_posts_and_every_role_is_there() -> None:
    units = {unit["code"] for unit in read_county()["units"]}
    assert {member.unit for member in DEMO_MEMBERS} <= units
    assert len({member.username for member in DEMO_MEMBERS}) == len(DEMO_MEMBERS)
    assert {role for member in DEMO_MEMBERS for role in member.roles} == set(ROLE_PERMISSIONS)


def test_the_county_that_ships_covers_twelve_townships_with_five_centres() -> None:
    county = read_county()
    assert len(county["townships"]) == 12
    assert len({township["centre"] for township in county["townships"]}) == 5

"""The threshold and the number of draws in force: policy values, which a county may set with a date of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from anwang.platform.county_policy import policy_in_force
from anwang.policy import Policy
from anwang.policy.model import PolicyError

LINK_AT, DRAWS = "linkage.link_at.percent", "linkage.draws"


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """`link_at`: the probability from which two sets of records are one person; `draws`: pairs to draw by lot."""

    link_at: float
    draws: int


def settings_of(policy: Policy, on: dt.date) -> LinkSettings:
    """Raises PolicyError when the county's threshold is no percentage between 50 and 99."""
    percent = policy.number(LINK_AT, on=on)
    if not 50 <= percent <= 99:
        raise PolicyError(f"規定「{LINK_AT}」應在 50 到 99 之間。")
    return LinkSettings(percent / 100, policy.number(DRAWS, on=on))


def settings_in_force(on: dt.date) -> LinkSettings:
    return settings_of(policy_in_force(), on)

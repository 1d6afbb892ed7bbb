"""The policy in force in this home: the package's own, with the county's files laid over it."""

from __future__ import annotations

import datetime as dt
from functools import cache

from django.conf import settings

from anwang.policy import Policy
from anwang.policy.store import load

FOLDER = "policy"


@cache
def policy_in_force() -> Policy:
    """What the county approved (`policy/*.yaml` in the home, in the order of their names) over what the package says.

    Read once for each process: a changed file holds after the next start. Raises PolicyError with file and line.
    """
    return load(*sorted((settings.HOME / FOLDER).glob("*.yaml")))


def area_code(on: dt.date) -> str:
    """The county's telephone area code: whose a local number is that was typed without one."""
    return policy_in_force().code("county.area_code", on=on)

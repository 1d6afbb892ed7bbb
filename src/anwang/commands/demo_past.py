"""Five years of the demo county's services: reports, investigations, cases, visits, closures, up to this very hour.

They come after the rosters: so the lists of the months are as they would be without, and whoever stands on a roster is the
same person in the past. All of it is one transaction; done again after a kill, it finds that it is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .home import say

if TYPE_CHECKING:
    from anwang.simulate.county import County
    from anwang.standard.record import Period


def begin_of_past(first: Period, years: int) -> dt.date:
    """The day on which the past begins, and all members' posts: so many years before the first month of rosters."""
    return first.first_day.replace(year=first.year - years)


def live_the_past(
    county: County, months: Iterable[Period], *, begin: dt.date, seed: int, now: dt.datetime
) -> None:
    """Write all deeds from `begin` to `now` (local time). `months`: those whose rosters were loaded; what is true of them
    says who is who."""
    from anwang.services.programs.loading import catalogue_in_force
    from anwang.simulate.past.staff import appoint_colleagues
    from anwang.simulate.past.telling import tell_history
    from anwang.simulate.past.writing import is_written, write_deeds

    if is_written():
        return
    say("五年來的通報與個案 …")
    appoint_colleagues(from_on=begin)
    truth: dict[str, int] = {}
    for period in months:
        truth |= county.month(period).truth.person_of
    history = tell_history(seed, county.population, catalogue_in_force().on, first=begin, now=now)
    write_deeds(history.deeds, truth=truth, now=now, progress=say)

"""When a job that did not end well is tried again, and when it is given up. Pure.

A worker that is killed in the middle of a job (a restart, a lost machine) is no fault of the job: it is taken up at
once. A job that ends its worker again and again, or fails again and again, waits longer each time and is given up at
last, so that it neither keeps the worker from all other work nor holds its lock against later jobs for ever.
"""

from __future__ import annotations

import datetime as dt

MOST_TRIES = 6
"""So many tries in all; the pauses between them come to half an hour after kills, to an hour after errors."""
FIRST_PAUSE = dt.timedelta(minutes=2)


def next_try(tries: int, now: dt.datetime, *, was_killed: bool) -> dt.datetime | None:
    """When to try again after so many tries (at least one); None to give up. `was_killed`: its worker died; else it
    raised an error, which does not go away at once."""
    if tries >= MOST_TRIES:
        return None
    if was_killed and tries <= 1:
        return now
    return now + FIRST_PAUSE * 2 ** max(tries - (2 if was_killed else 1), 0)

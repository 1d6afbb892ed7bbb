"""How the model that ships with the package (`people/linkage/prior.json`) is made: `python -m anwang.simulate.shipped_model`.

Each county's rosters are written, read and matched as a user's would be, starting from round values; the mean of the
trained models is kept. Run it after a change to what is compared.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from pathlib import Path

from anwang.people.linkage.consolidate import consolidate
from anwang.people.linkage.link_settings import LinkSettings
from anwang.people.linkage.model import LINK_AT, SHIPPED, LinkageModel, starting_model
from anwang.people.linkage.result import LinkDecisions, Previous
from anwang.people.linkage.training import pooled
from anwang.people.rosters.recognise import recognise_all
from anwang.people.rosters.rows import read_rows
from anwang.platform.files.tables import read_table
from anwang.standard.record import StandardRecord

from .county import make_county
from .files import write_rosters
from .profiles import PROFILES

COUNTIES = (("standard", 101), ("harsher", 102), ("unseen", 103))
HOUSEHOLDS = 1_500
DAY = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)  # after the simulated months: no birth lies in the future


def records_of(
    profile: str, seed: int, households: int = HOUSEHOLDS, months: int = 2
) -> list[StandardRecord]:
    """The rows of a county's first months, through the real file reading."""
    county = make_county(seed, households, PROFILES[profile])
    period, found = county.first, []
    for _ in range(months):
        with tempfile.TemporaryDirectory() as folder:
            found += list(_read(write_rosters(county.month(period), Path(folder)).values()))
        period = period.next()
    return found


def _read(paths: Iterable[Path]) -> Iterable[StandardRecord]:
    for path in paths:
        table = read_table(path, name=path.name)
        for recognition in recognise_all(table):
            yield from read_rows(table, recognition, today=DAY.date()).records


def shipped_model(
    counties: Iterable[tuple[str, int]] = COUNTIES, households: int = HOUSEHOLDS
) -> LinkageModel:
    """The mean of the models that the counties teach."""
    chosen = list(counties)
    models = [
        consolidate(
            dict(enumerate(records_of(profile, seed, households))),
            LinkDecisions(),
            Previous(),
            None,
            DAY,
            prior=starting_model(),
            settings=LinkSettings(LINK_AT, draws=0),
        ).model
        for profile, seed in chosen
    ]
    names = "、".join(f"{profile} {seed}" for profile, seed in chosen)
    return pooled(models, f"平均自 {len(chosen)} 個模擬縣（{names}），各 {households:,} 戶兩個月")


if __name__ == "__main__":
    shipped_model().save(SHIPPED)

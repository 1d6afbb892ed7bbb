"""What hangs together, found in parts; and that our clustering inside each part is that of the whole."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.commands.bench.many_records import RULES, make_records
from anwang.people.linkage.engine.components import forest
from anwang.people.linkage.engine.gathering import Gathered, gathered
from anwang.people.linkage.engine.layout import Packed
from anwang.people.linkage.engine.pairing import Likely, Rule
from anwang.people.linkage.engine.plan import Weights
from anwang.people.linkage.model import LinkageModel
from anwang.people.linkage.packed import COLUMNS, KEY, LAYOUT
from anwang.people.linkage.records.weighing import apart_weights, pairing
from anwang.people.linkage.scoring import term_bits
from anwang.people.linkage.spark import clusters, packing, pairs

EDGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=60)
LOW = -8.0  # bits; so low that much hangs together that is not one person
MOST = 6_000


def _components(edges: list[tuple[int, int]]) -> dict[int, int]:
    """The lowest node that hangs together with each, by going round until nothing changes."""
    root = {node: node for edge in edges for node in edge}
    changed = True
    while changed:
        changed = False
        for a, b in edges:
            low = min(root[a], root[b])
            changed |= root[a] != low or root[b] != low
            root[a] = root[b] = low
    return root


def _forest(edges: list[tuple[int, int]]) -> dict[int, int]:
    left, right = np.array(edges, np.int64).reshape(-1, 2).T
    nodes, root = forest(left, right)
    return dict(zip(nodes.tolist(), root.tolist(), strict=True))


@given(EDGES)
def test_of_each_node_the_lowest_that_hangs_together_with_it(edges: list[tuple[int, int]]) -> None:
    assert _forest(edges) == _components(edges)


@given(EDGES, st.lists(st.integers(0, 3), min_size=60, max_size=60))
def test_the_forest_of_forests_is_that_of_all_edges(edges: list[tuple[int, int]], part: list[int]) -> None:
    parts = [[edge for edge, its in zip(edges, part, strict=False) if its == k] for k in range(4)]
    assert _forest([edge for each in parts for edge in _forest(each).items()]) == _components(edges)


def _worse(frame: polars.DataFrame) -> polars.DataFrame:
    """Of most records neither number nor birth is known, and some live where others do: much is like much else."""
    some = polars.col("unique_id") % 7
    wiped = ("id_state", "year", "month", "day", "key_id", "key_name_birth", "key_birthday_surname")
    return frame.with_columns(
        *(
            polars.when(some > 1).then(0).otherwise(polars.col(name)).cast(frame.schema[name]).alias(name)
            for name in wiped
        ),
        *(
            (polars.col(name) % 40 + 1).alias(name)
            for name in ("place", "road", "surname", "given_1", "key_place")
        ),
    )


class County:
    """Records as the benchmark makes them and worse, and what one machine finds at a threshold."""

    def __init__(self, path: Path, count: int, threshold: float) -> None:
        make_records(count, 7, path, lambda text: None)
        frame = _worse(polars.read_parquet(path))
        frame.write_parquet(path)
        self.threshold, self.count = threshold, count
        self.table = pq.read_table(path)
        self.model = LinkageModel.load()
        self.rows = LAYOUT.filled({name: frame[name].to_numpy() for name in COLUMNS})
        self.terms = term_bits(
            self.model, frame["tf_whole_name"].to_numpy(), frame["tf_reference"].to_numpy()
        )
        self.weights = apart_weights(self.model, count, self.terms)
        rules = [Rule(name, frame[KEY + name].to_numpy(writable=True)) for name in RULES]
        self.likely = pairing().likely(self.rows, rules, self.weights, threshold, most=MOST)
        self.gathered = gathered(pairing(), self.rows, self.likely, self.weights, threshold)

    def part(self, ids: list[int]) -> tuple[Packed, Likely, Weights]:
        """Some records alone, with the pairs between them."""
        chosen = np.array(ids)
        inside = np.isin(self.likely.left, chosen)
        place = np.full(self.count, -1)
        place[chosen] = np.arange(len(chosen))
        likely = Likely(
            place[self.likely.left[inside]],
            place[self.likely.right[inside]],
            self.likely.bits[inside],
            {},
            {},
        )
        return self.rows[chosen], likely, apart_weights(self.model, self.count, self.terms[chosen])


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return County(tmp_path_factory.mktemp("records") / "records.parquet", 6_000, LOW)


def _first(found: Gathered) -> list[int]:
    """Of each row the first of its cluster."""
    _, first = np.unique(found.cluster, return_index=True)
    return first[found.cluster].tolist()


def test_clusters_are_those_of_each_component_by_itself(county: County) -> None:
    nodes, root = forest(county.likely.left, county.likely.right)
    of_root: dict[int, list[int]] = {}
    for node, its in zip(nodes.tolist(), root.tolist(), strict=True):
        of_root.setdefault(its, []).append(node)
    whole = _first(county.gathered)
    assert max(map(len, of_root.values())) > 100
    assert sum(len({whole[row] for row in rows}) > 1 for rows in of_root.values()) > 20
    assert county.gathered.moved > 0
    assert county.gathered.loose.any()
    for ids in of_root.values():
        rows, likely, weights = county.part(ids)
        alone = gathered(pairing(), rows, likely, weights, county.threshold)
        assert [ids[k] for k in _first(alone)] == [whole[row] for row in ids]
        assert alone.loose.tolist() == county.gathered.loose[ids].tolist()


def test_workers_that_hold_a_part_each_find_what_one_machine_finds(county: County) -> None:
    """The functions that Spark runs, each on the partitions of a hash, without Spark."""
    keys, model = [KEY + name for name in RULES], county.model.to_json()
    batches = county.table.to_batches(max_chunksize=700)
    held = pa.Table.from_batches(packing.packed(batches, model, keys))
    by_hash: list[list[pa.RecordBatch]] = [[] for _ in range(3)]
    for k, key in enumerate(keys):
        its = held.column(key).to_numpy()
        for part in range(3):
            mine = held.filter(pa.array((its != 0) & (its % 3 == part)))
            mine = mine.append_column(pairs.RULE, pa.array([k] * len(mine), pa.int32()))
            by_hash[part] += mine.append_column(pairs.ITS_KEY, mine.column(key)).to_batches()
    found = [pa.Table.from_batches(pairs._found(part, keys, model, county.count, LOW)) for part in by_hash]
    together = polars.from_arrow(pa.concat_tables(found)).sort("left", "right")
    assert together.equals(polars.DataFrame({
        "left": county.likely.left, "right": county.likely.right, "bits": county.likely.bits,
    }))  # fmt: skip

    roots = [
        batch for part in found for batch in clusters._forest(part.select(["left", "right"]).to_batches())
    ]
    (hanging,) = clusters._forest(roots)
    root_of = np.full(county.count, -1)
    root_of[hanging.column(0).to_numpy()] = hanging.column(1).to_numpy()
    ids, left = held.column(packing.ID).to_numpy(), together["left"].to_numpy()
    first, loose = np.arange(county.count), np.zeros(county.count, np.bool_)
    for bucket in range(4):
        rows_of = held.filter(pa.array((root_of[ids] >= 0) & (root_of[ids] % 4 == bucket)))
        pairs_of = together.filter(root_of[left] % 4 == bucket).sample(
            fraction=1.0, shuffle=True, seed=bucket
        )
        made = clusters._gathered(rows_of, pairs_of.to_arrow(), model, county.count, LOW)
        at = made.column(packing.ID).to_numpy()
        first[at], loose[at] = made.column("cluster").to_numpy(), made.column("loose").to_numpy()
    assert first.tolist() == _first(county.gathered)
    assert loose.tolist() == county.gathered.loose.tolist()


def test_a_packed_row_comes_back_as_it_went(county: County) -> None:
    batches = county.table.to_batches(max_chunksize=999)
    held = pa.Table.from_batches(
        packing.packed(itertools.chain(batches, [batches[0].slice(0, 0)]), county.model.to_json(), [])
    )
    rows, terms = packing.unpacked(held.slice(500, 3_000))
    assert (rows == county.rows[500:3_500]).all()
    assert rows.ctypes.data % 64 == 0
    assert (terms == county.terms[500:3_500]).all()

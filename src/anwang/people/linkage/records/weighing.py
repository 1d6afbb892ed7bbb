"""The plan and the weights of the model for two records without a common home, for any part of the records."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from ..comparisons import APART
from ..engine.pairing import Pairing
from ..engine.plan import Floats, Plan, Weights
from ..engine.source import source_of
from ..model import LinkageModel
from ..packed import LAYOUT
from ..regime import rate_apart
from ..scoring import apart_bits

# The order of asking: what parts most pairs first.
ORDER = ("identity", "birth", "name", "place", "sex", "reference", "stage", "listing")
PLAN = Plan(APART, (ORDER,), terms=((0, "name"), (0, "reference")))


@cache
def pairing() -> Pairing:
    """The compiled plan; once in each process."""
    return Pairing(PLAN, LAYOUT)


@cache
def comparing() -> str:
    """What changes whenever records are packed or compared in another way; not when the loops around it only run faster."""
    said = source_of(PLAN.comparisons, LAYOUT) + repr((PLAN.regimes, PLAN.chooser, PLAN.terms))
    return hashlib.sha256(said.encode()).hexdigest()


def prior_bits(model: LinkageModel, records: int) -> float:
    """What a pair of so many records is worth before it is compared."""
    rate = rate_apart(model.apart, records)
    return float(np.log2(rate / (1 - rate)))


def apart_weights(model: LinkageModel, records: int, terms: Floats) -> Weights:
    """Of a part of `records` records, of which `terms` says what their names are worth (`scoring.term_bits`)."""
    return Weights.of(PLAN, [apart_bits(model, ORDER)], [prior_bits(model, records)], terms)

"""Charts made on the server: SVG markup and the same data as a table. Pure functions of frozen records."""

from .figure import Chart
from .genogram import Member, Tie, TieKind, genogram
from .lanes import Lane, Mark, Span, agency_lanes
from .weights import Contribution, weights_chart

__all__ = [
    "Chart",
    "Contribution",
    "Lane",
    "Mark",
    "Member",
    "Span",
    "Tie",
    "TieKind",
    "agency_lanes",
    "genogram",
    "weights_chart",
]

"""Charts made on the server: SVG markup and the same data as a table. Pure functions of frozen records."""

from .figure import Chart
from .genogram import Member, Tie, TieKind, genogram
from .lanes import Lane, Mark, Span, agency_lanes
from .thresholds import Limits, PairColumn, ThresholdPoint, threshold_chart
from .waterfall import Contribution, waterfall_chart

__all__ = [
    "Chart",
    "Contribution",
    "Lane",
    "Limits",
    "Mark",
    "Member",
    "PairColumn",
    "Span",
    "ThresholdPoint",
    "Tie",
    "TieKind",
    "agency_lanes",
    "genogram",
    "threshold_chart",
    "waterfall_chart",
]

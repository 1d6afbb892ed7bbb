"""What the law and the plans say: dated values with their citations. Pure; files are read by `load` only."""

from .decision import Decision, Outcome
from .model import Citation, Document, Origin, Parameter, PolicyError, SourceDefect, Value
from .store import Policy, load, standard, value

__all__ = [
    "Citation",
    "Decision",
    "Document",
    "Origin",
    "Outcome",
    "Parameter",
    "Policy",
    "PolicyError",
    "SourceDefect",
    "Value",
    "load",
    "standard",
    "value",
]

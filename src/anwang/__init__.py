"""Anwang (安網): the platform behind a county's social safety net."""

__version__ = "0.1.0"

"""From Django's form fields to the shell's own: one look, one wording, one way to say what to mend."""

from __future__ import annotations

from django import forms
from django.forms import BoundField

from .components import Choice, Field

_KINDS: list[tuple[type[forms.Widget], str]] = [
    (forms.Textarea, "textarea"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.Select, "select"),
    (forms.PasswordInput, "password"),
]


def field_of(bound: BoundField, *, autocomplete: str = "", width: int = 0, autofocus: bool = False) -> Field:
    """The shell's `Field` of a bound Django field, with its value, choices, hint (help text) and first error."""
    widget = bound.field.widget
    kind = next(
        (name for cls, name in _KINDS if isinstance(widget, cls)), getattr(widget, "input_type", "text")
    )
    value = bound.value()
    several = [str(each) for each in value] if isinstance(value, list | tuple) else []
    choices = [Choice(str(key), str(label)) for key, label in getattr(bound.field, "choices", ())]
    return Field(
        name=bound.html_name,
        label=str(bound.label),
        kind=kind,
        value="" if several or value is None else str(value),
        values=several,
        hint=str(bound.help_text),
        error=str(bound.errors[0]) if bound.errors else "",
        choices=choices,
        width=width,
        required=bound.field.required,
        autocomplete=autocomplete,
        autofocus=autofocus,
    )

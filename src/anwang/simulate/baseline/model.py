"""The Splink settings of the baseline: comparisons, blocking rules for prediction and for training.

What a family shares (address, telephone) is one comparison, because two records of one home agree on all of it
together. Equal IDs are too rare among random pairs to be sampled: their u is fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Level = dict[str, Any]

HIDDEN = 1  # the number of a masked character


def _level(sql: str, label: str, **more: Any) -> Level:
    return {"sql_condition": sql, "label_for_charts": label, **more}


def _comparison(name: str, null: str, levels: Sequence[Level]) -> dict[str, Any]:
    return {
        "output_column_name": name,
        "comparison_levels": [
            {"sql_condition": null, "label_for_charts": "not known", "is_null_level": True},
            *levels,
            {"sql_condition": "ELSE", "label_for_charts": "all other"},
        ],
    }


def _pieces(given: str) -> list[tuple[str, str]]:
    """SQL of the left and right value of each character of a name."""
    return [(f"{given}_{k}_l", f"{given}_{k}_r") for k in ("given_1", "given_2", "given_3")]


def _masked() -> str:
    parts = [("name_surname_l", "name_surname_r"), *_pieces("name")]
    return " and ".join(f"({a} = {b} or {a} = {HIDDEN} or {b} = {HIDDEN})" for a, b in parts)


def _differing() -> str:
    return " + ".join(f"cast({a} <> {b} as int)" for a, b in _pieces("name"))


_SAME_SURNAME = "name_surname_l = name_surname_r"
_DROPPED = (
    # one of the two given characters is missing on one side
    "(name_given_3_l = 0 and name_given_3_r = 0 and ((name_given_2_l = 0) <> (name_given_2_r = 0))"
    " and (name_given_1_l = name_given_1_r or name_given_1_l = name_given_2_r or name_given_2_l = name_given_1_r))"
)
_SWAPPED = "(name_given_1_l = name_given_2_r and name_given_2_l = name_given_1_r)"
_LONG = "(name_given_2_l > 0 and name_given_2_r > 0)"

NAME = _comparison(
    "name",
    "name_surname_l is null or name_surname_r is null",
    [
        _level("name_full_l = name_full_r", "same name", tf_adjustment_column="name_full"),
        _level("alias_full_l = name_full_r or name_full_l = alias_full_r", "same as the other's former name"),
        _level(_masked(), "same but for masked characters"),
        _level("name_sound_l = name_sound_r", "same sound"),
        _level(
            f"{_SAME_SURNAME} and {_LONG} and (({_differing()}) = 1 or {_SWAPPED})",
            "one character or two swapped",
        ),
        _level(f"{_SAME_SURNAME} and {_DROPPED}", "one character dropped"),
        _level(
            f"{_LONG} and ({_differing()}) = 0",
            "surname differs only",
            m_probability=0.003,
            fix_m_probability=True,
        ),
        _level(_SAME_SURNAME, "same surname"),
    ],
)
_ID_FITS = " and ".join(
    f"(id_shown_l[{k}] = id_shown_r[{k}] or id_shown_l[{k}] = '*' or id_shown_r[{k}] = '*')"
    for k in range(1, 11)
)
ID = _comparison(
    "id",
    "id_shown_l is null or id_shown_r is null",
    [
        _level("id_l = id_r", "same ID", u_probability=1e-8, fix_u_probability=True),
        _level(_ID_FITS, "same where shown", u_probability=5e-5, fix_u_probability=True),
        _level(
            "damerau_levenshtein(id_l, id_r) <= 1", "one slip", u_probability=2e-6, fix_u_probability=True
        ),
        _level("not (id_is_valid_l and id_is_valid_r)", "different, one not valid or masked"),
    ],
)
_SAME_DAY = "birth_month_l = birth_month_r and birth_day_l = birth_day_r"
BIRTH = _comparison(
    "birth",
    "birth_year_l is null or birth_year_r is null",
    [
        _level("birth_l = birth_r", "same date"),
        _level(
            "birth_year_l = birth_year_r and (birth_month_l is null or birth_month_r is null)",
            "same year, no more known",
        ),
        _level(
            f"({_SAME_DAY} and abs(birth_year_l - birth_year_r) in (1, 10))"
            " or (birth_year_l = birth_year_r and birth_month_l = birth_day_r and birth_day_l = birth_month_r)"
            " or (birth_year_l = birth_year_r and ((birth_month_l = 1 and birth_day_l = 1) or (birth_month_r = 1 and birth_day_r = 1)))"
            " or damerau_levenshtein(birth_l, birth_r) <= 1",
            "one slip",
        ),
        _level("birth_year_l = birth_year_r", "same year", m_probability=0.008, fix_m_probability=True),
    ],
)
SEX = _comparison("sex", "sex_l is null or sex_r is null", [_level("sex_l = sex_r", "same sex")])
STAGE = _comparison(
    "stage",
    "stage_l is null or stage_r is null or (birth_year_l is not null and birth_year_r is not null)",
    [_level("stage_l = stage_r", "both grown up or both children")],
)
_PHONE = "(list_has_any(mobile_l, mobile_r))"
_LANDLINE = "(list_has_any(landline_l, landline_r))"
_PLACE = "(place_l = place_r and floor_l > 0)"
_DOOR = "(place_l = place_r)"
_REFERENCE = "reference_l = reference_r"
HOME = _comparison(
    "home",
    "(road_l is null or road_r is null) and (mobile_l is null or mobile_r is null)"
    " and (landline_l is null or landline_r is null) and (reference_l is null or reference_r is null)"
    " and (register_l is null or register_r is null)",
    [
        _level(f"{_PHONE} and {_DOOR}", "same mobile and address"),
        _level(_PHONE, "same mobile"),
        _level("register_l = register_r", "same 戶號"),
        _level(f"({_LANDLINE} or {_REFERENCE}) and {_DOOR}", "same address and landline or carer"),
        _level(_PLACE, "same address to the floor"),
        _level(_DOOR, "same address, no floor"),
        _level(f"{_LANDLINE} or {_REFERENCE}", "same landline or carer"),
        _level("register_l <> register_r", "different 戶號", m_probability=0.002, fix_m_probability=True),
        _level("door_l = door_r", "same door"),
        _level("road_l = road_r", "same road"),
    ],
)
LISTING = _comparison(
    "listing",
    "listing_l is null or listing_r is null",
    [
        _level("listing_l = listing_r", "two rows of one list"),
        _level("roster_l = roster_r", "same list in another month"),
    ],
)
ROLE = _comparison(
    "role",
    "register_l is null or register_r is null or register_l <> register_r or role_l is null or role_r is null",
    [_level("role_l = role_r", "same 稱謂 of one 戶號")],
)
COMPARISONS = [NAME, ID, BIRTH, SEX, STAGE, HOME, LISTING, ROLE]

PREDICTION_RULES = [
    "l.id = r.id",
    "l.name_full = r.name_full",
    "l.name_sound = r.name_sound and l.birth_year = r.birth_year",
    "l.alias_full = r.name_full",
    "l.birth = r.birth and l.name_surname = r.name_surname",
    "l.birth = r.birth and l.door = r.door",
    "l.birth = r.birth and l.name_given_1 = r.name_given_1",
    "l.phone_1 = r.phone_1",
    "l.phone_1 = r.phone_2",
    "l.phone_2 = r.phone_2",
    "l.place = r.place",
    "l.door = r.door and l.name_surname = r.name_surname",
    "l.register = r.register",
    "l.road = r.road and l.name_given_1 = r.name_given_1 and l.name_given_2 = r.name_given_2",
    "l.road = r.road and l.name_surname = r.name_surname and l.birth_year = r.birth_year",
    "l.reference = r.reference and l.birth_year = r.birth_year",
    "l.reference = r.reference and l.name_given_2 = r.name_given_2",
    "l.birth_year = r.birth_year and l.name_given_1 = r.name_given_1 and l.name_given_2 = r.name_given_2",
    "l.birth_year = r.birth_year and l.name_surname = r.name_surname and l.name_given_1 = r.name_given_1",
    "l.birth_year = r.birth_year and l.name_surname = r.name_surname and l.name_given_2 = r.name_given_2",
    "substr(l.id_shown, 1, 7) = substr(r.id_shown, 1, 7)",
    "substr(l.id_shown, 5, 6) = substr(r.id_shown, 5, 6)",
]
# Rules that admit next to no false match, and what share of the true matches they find.
CERTAIN_RULES: list[Any] = ["l.id = r.id", "l.name_full = r.name_full and l.birth = r.birth"]
CERTAIN_RECALL = 0.7
TRAINING_RULES = [
    "l.id = r.id",
    "l.name_full = r.name_full and l.birth_year = r.birth_year",
    "l.name_full = r.name_full and l.phone_1 = r.phone_1",
]


def settings() -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "comparisons": COMPARISONS,
        "blocking_rules_to_generate_predictions": PREDICTION_RULES,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "max_iterations": 50,
    }

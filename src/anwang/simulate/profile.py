"""What a demo county is like: every share that the maker draws from, as frozen values.

The profiles themselves are in profiles.py. A share is a probability from 0 to 1 unless its comment says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from anwang.standard.codes import RosterCode as R


def fixed(**shares: float) -> Mapping[str, float]:
    return MappingProxyType(dict(shares))


def _per_roster(shares: Mapping[R, float]) -> Mapping[R, float]:
    return MappingProxyType(dict(shares))


@dataclass(frozen=True, slots=True)
class People:
    """How households and persons are made, and what happens to them in a month."""

    kinds: Mapping[str, float] = field(
        default_factory=lambda: fixed(  # weights of the household kinds
            couple_children=0.30,
            couple=0.08,
            elder_couple=0.115,
            elder_alone=0.15,
            single=0.10,
            single_parent=0.13,
            three_generation=0.11,
            grandparent=0.055,
            siblings=0.015,
        )
    )
    children_mean: float = 1.75  # of a couple with children, at least 1
    children_limit: int = 4
    needy: float = 0.25  # households that agencies know more often
    needy_weight: float = 3.1  # how much more often
    twins: float = 0.02  # of births
    sibling_shared_character: float = 0.33
    common_given_name: float = 0.37  # given names that many strangers share
    child_other_surname: float = 0.06  # children with the other parent's surname, or another
    single_character_given: float = 0.07
    foreign_spouse: float = 0.11  # of married women; resident number, name such as 阮氏碧草
    latin_foreign_name: float = 0.0  # of foreign persons: SITI NURHALIZA instead of 阮氏碧草
    resident_number_new_form: float = 0.0  # of foreign persons
    resident_check_valid: float = 0.1  # the samples give foreign persons random check digits
    indigenous_household: float = 0.7  # in 大同 and 南澳
    indigenous_traditional_name: float = 0.15  # of indigenous persons: a personal and a father's name
    no_mobile: float = 0.09  # adults of a household with a landline
    landline: float = 0.95  # of households
    shared_building: float = 0.12  # homes at a door that another household has
    flat: float = 0.26  # homes with a floor
    lane: float = 0.43  # homes off the road
    sub_number: float = 0.17  # doors such as 463-8
    second_generation_same_door: float = 0.0  # couples whose parents live at another floor of the door
    institution_per_thousand: float = 0.0  # homes with many unrelated residents, per 1,000 households
    register_elsewhere: float = 0.01  # persons registered in another household than they live in
    moved_before: float = 0.143  # households with a former address that rows may still show
    renamed_before: float = 0.03  # persons with a former given name
    birth_monthly: float = 0.004  # per woman of 20–42
    death_monthly: float = 0.0006  # per person under 65; ten times that above
    move_monthly: float = 0.01  # per household
    leave_monthly: float = 0.003  # per adult child: leaves for an own home
    rename_monthly: float = 0.001
    phone_change_monthly: float = 0.02


@dataclass(frozen=True, slots=True)
class Services:
    """Who is served, by whom, and how long a service lasts."""

    share: Mapping[R, float] = field(  # of the eligible: see services.ELIGIBLE
        default_factory=lambda: _per_roster(
            {
                R.VULNERABLE_FAMILY: 0.162,
                R.CHILD_OUTREACH: 0.48,
                R.EMERGENCY_RELIEF: 0.09,
                R.SUICIDE_REPORT: 0.046,
                R.HEALTH_CASE: 0.069,
                R.POLICE_VISIT: 0.034,
                R.SCHOOL_DROPOUT: 0.085,
                R.EMPLOYMENT: 0.105,
            }
        )
    )
    persistence: Mapping[R, float] = field(  # open this month → on next month's roster
        default_factory=lambda: _per_roster(
            {
                R.VULNERABLE_FAMILY: 0.85,
                R.CHILD_OUTREACH: 0.8,
                R.EMERGENCY_RELIEF: 0.2,
                R.SUICIDE_REPORT: 0.15,
                R.HEALTH_CASE: 0.9,
                R.POLICE_VISIT: 0.9,
                R.SCHOOL_DROPOUT: 0.8,
                R.EMPLOYMENT: 0.7,
            }
        )
    )
    family_member_listed: float = 0.72  # of a vulnerable family's other members
    carer_risk_boost: float = 2.0  # health cases among parents of small children in needy households
    relief_after_suicide_report: float = 0.2
    relief_other_adult: float = 0.001  # adults who are not the head, per month
    both_drug_and_mental: float = 0.05  # of health cases: two rows, one person
    carer_is_head: float = 0.95  # the main carer named for a child is the head; else a parent
    child_missing: float = 0.04  # of children on the outreach list: 行方不明
    family_child_missing: float = 0.02  # of children on the family list, where that list has a status column
    suicide_causes: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            {"經濟因素": 0.28, "感情因素": 0.19, "家庭關係": 0.17, "精神健康": 0.17, "未註明": 0.10, "": 0.09}
        )
    )
    register_answer: float = 0.60  # persons in the partial household-register answer
    duplicate: Mapping[R, float] = field(  # the same person twice in one list
        default_factory=lambda: _per_roster(
            {R.EMERGENCY_RELIEF: 0.03, R.HEALTH_CASE: 0.03, R.POLICE_VISIT: 0.025, R.EMPLOYMENT: 0.025}
        )
    )


@dataclass(frozen=True, slots=True)
class Errors:
    """How rows differ from the truth. Shares are per row unless stated."""

    name_register_care: float = 0.3  # the register makes this much of the mistakes below
    name_masked: float = 0.02
    name_remark: float = 0.009
    name_inner_spaces: float = 0.011
    name_trailing_space: float = 0.008
    name_homophone: float = 0.02
    name_wrong_character: float = 0.025
    name_swapped: float = 0.01
    name_dropped_character: float = 0.009
    name_variant: float = 0.0  # 台/臺, 温/溫 and the like
    former_name: float = 0.5  # rows of a renamed person that still give the former name
    id_missing: float = 0.255
    id_missing_child: float = 0.42
    id_missing_register: float = 0.30
    id_masked: float = 0.022
    id_mistyped: float = 0.036
    id_mistyped_register: float = 0.004
    id_lower_or_full_width: float = 0.0
    birth_missing: float = 0.135
    birth_year_only: float = 0.12
    birth_wrong: float = 0.04  # a year off, ten years off, day and month swapped, or 1 January
    sex_missing: float = 0.0
    sex_wrong: float = 0.0
    phone_missing: float = 0.17
    phone_missing_child: float = 0.47
    phone_landline_adult: float = 0.11
    phone_own_child: float = 0.09  # a child's row with a parent's mobile
    phone_lost_zero: float = 0.05
    phone_other: float = 0.0  # with an extension, or two numbers in one cell
    phone_wrong: float = 0.01
    address_missing: float = 0.068
    address_road_only: float = 0.055
    address_stale: float = 0.5  # rows of a moved household that give the former address
    address_stale_by_bureau: float = 0.0  # moved households where a whole bureau is stale, not single rows
    address_no_county: float = 0.24
    address_no_township: float = 0.0
    address_village: float = 0.55
    address_neighbourhood: float = 0.49  # of those with a village
    address_zip: float = 0.19
    address_full_width: float = 0.087
    address_no_hao: float = 0.055
    address_floor_dropped: float = 0.0
    address_section_arabic: float = 0.23
    floor_styles: tuple[float, float, float] = (0.57, 0.17, 0.26)  # 3樓, 3F, 三樓
    carer_wrong: float = 0.0  # a carer's or reference person's name with an error
    relation_missing: float = 0.0


@dataclass(frozen=True, slots=True)
class Files:
    """How files look."""

    wording: str = "samples"  # samples, other or pool: see wording.py
    kinds: tuple[str, ...] = ()  # drawn per roster; empty: as the samples
    titles: tuple[int, int] = (0, 2)  # rows above the header, when drawn
    total_row: float = 0.5
    blank_rows: float = 0.0
    extra_columns: float = 0.0  # rosters with a column the standard does not know
    family_status_column: float = 0.0  # the family list says 行方不明 in an own column
    bad_rows: int = 2


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    people: People = field(default_factory=People)
    services: Services = field(default_factory=Services)
    errors: Errors = field(default_factory=Errors)
    files: Files = field(default_factory=Files)

"""The kinds themselves, one a programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from anwang.standard.report_answers import Danger as D
from anwang.standard.report_answers import MandatedKind as M
from anwang.standard.report_answers import Need as N

from .kinds import Home, Kind


def _child(age: int) -> bool:
    return age < 18


def _adult(age: int) -> bool:
    return age >= 18


def _worker(age: int) -> bool:
    return 18 <= age < 66


def _elder(age: int) -> bool:
    return age >= 65


def _small(age: int) -> bool:
    return age < 6


def _juvenile(age: int) -> bool:
    return 12 <= age < 18


def _pupil(age: int) -> bool:
    return 7 <= age < 18


def _leaver(age: int) -> bool:
    return 15 <= age < 18


def _filmed(age: int) -> bool:
    return 12 <= age < 45


def _with(fits: Callable[[int], bool]) -> Callable[[Home], bool]:
    """Homes in which somebody of such an age lives."""
    return lambda home: home.has(fits)


def _indigenous(home: Home) -> bool:
    return home.indigenous


_MOST = {M.EDUCATION: 4.0, M.MEDICAL: 2.0, M.POLICE: 3.0, M.SOCIAL_WORK: 1.0, M.CHILD_CARE: 1.0, None: 2.0}
_FAMILY = {M.VILLAGE: 3.0, M.SOCIAL_WORK: 3.0, M.HOUSEHOLD_REGISTRATION: 1.0, M.EDUCATION: 1.0, None: 2.0}
_HEALTH = {M.MEDICAL: 5.0, M.SOCIAL_WORK: 1.0, M.POLICE: 2.0, None: 1.0}
_COURT = {M.JUDICIAL: 4.0, M.POLICE: 3.0, M.MEDICAL: 1.0}
_VIOLENT = {
    D.SERIOUS_INJURY: 0.05, D.WEAPON: 0.03, D.THREAT_TO_KILL: 0.04, D.ALLEGED_PRESENT: 0.35, D.INTOXICATED: 0.1,
    D.SEXUAL: 0.03,
}  # fmt: skip
_MONTHLY, _RARE = (30, 30, 30), (90, 60, 30)

KINDS: tuple[Kind, ...] = (
    Kind("child_protection", _with(_child), 0.018, 5.0, True, 0.29, (4, 8, 14), _child, _MOST,
         {**_VIOLENT, D.SMALL_CHILD_ALONE: 0.04}, (N.SAFETY, N.PARENTING, N.CARE), injured=0.3, alleged=0.8,
         looked_into=0.45),
    Kind("adult_protection", lambda h: h.has_two_adults, 0.014, 4.0, True, 0.67, (3, 6, 10), _adult,
         {M.POLICE: 5.0, M.MEDICAL: 2.0, M.SOCIAL_WORK: 1.0, None: 2.0}, _VIOLENT, (N.SAFETY, N.LEGAL, N.MENTAL),
         injured=0.35, alleged=0.95),
    Kind("vulnerable_family", _with(_worker), 0.022, 6.0, True, 0.55, (4, 8, 13), _adult, _FAMILY,
         {D.NOTHING_TO_LIVE_ON: 0.1}, (N.ECONOMIC, N.HOUSING, N.WORK, N.CARE)),
    Kind("child_outreach", _with(_small), 0.02, 5.0, True, 0.8, (2, 3, 5), _small,
         {M.HOUSEHOLD_REGISTRATION: 4.0, M.MEDICAL: 2.0, M.SOCIAL_WORK: 1.0}, {D.SMALL_CHILD_ALONE: 0.02},
         (N.CARE, N.PARENTING), every=(7, 7, 7)),
    Kind("elder_living_alone", lambda h: h.is_elder_alone, 0.06, 2.0, True, 0.85, (12, 24, 36), _elder,
         {M.VILLAGE: 6.0, M.LONG_TERM_CARE: 2.0, None: 2.0}, {D.NOTHING_TO_LIVE_ON: 0.04}, (N.ELDER, N.MEDICAL)),
    Kind("suicide_prevention", _with(_worker), 0.01, 3.0, True, 0.9, (3, 5, 8), _adult, _HEALTH,
         {D.SELF_HARM: 1.0}, (N.MENTAL,)),
    Kind("drug_case_management", _with(_worker), 0.006, 5.0, True, 0.9, (8, 12, 20), _adult, _COURT, {},
         (N.SUBSTANCE,), every=(90, 30, 14)),
    Kind("alcohol_treatment", _with(_worker), 0.003, 5.0, True, 0.85, (4, 6, 10), _adult, _COURT,
         {D.INTOXICATED: 0.25}, (N.SUBSTANCE, N.MEDICAL), every=_MONTHLY),
    Kind("mental_illness_care", _with(_adult), 0.005, 4.0, True, 0.9, (6, 12, 20), _adult,
         {M.MEDICAL: 4.0, M.POLICE: 3.0, M.VILLAGE: 1.0, None: 2.0}, {D.SELF_HARM: 0.1, D.WEAPON: 0.02},
         (N.MENTAL, N.MEDICAL), every=(90, 30, 14)),
    Kind("community_mental_health", _with(_worker), 0.006, 3.0, False, 1.0, (3, 5, 8), _adult, every=_MONTHLY),
    Kind("collaborative_site", _with(_worker), 0.002, 4.0, False, 1.0, (6, 12, 18), _worker, every=_MONTHLY),
    Kind("custody_transition", _with(_worker), 0.001, 6.0, True, 0.95, (4, 6, 10), _worker, {M.JUDICIAL: 1.0}, {},
         (N.MENTAL, N.HOUSING, N.WORK), every=(14, 14, 14)),
    Kind("perpetrator_treatment", lambda h: h.has_two_adults, 0.003, 4.0, True, 0.95, (5, 7, 10), _worker,
         {M.JUDICIAL: 5.0, M.POLICE: 1.0}, {}, (N.SUBSTANCE, N.MENTAL)),
    Kind("at_risk_juvenile", _with(_juvenile), 0.02, 4.0, True, 0.85, (4, 7, 10), _juvenile,
         {M.POLICE: 5.0, M.EDUCATION: 3.0}, {}, (N.EDUCATION, N.PARENTING)),
    Kind("school_dropout", _with(_pupil), 0.012, 4.0, True, 0.95, (2, 4, 8), _pupil, {M.EDUCATION: 1.0}, {},
         (N.EDUCATION,), every=(14, 14, 14)),
    Kind("youth_exploration", _with(_leaver), 0.04, 3.0, False, 1.0, (4, 6, 9), _leaver, every=_MONTHLY),
    Kind("injured_young_worker", _with(_leaver), 0.03, 3.0, True, 0.9, (3, 5, 7), _leaver,
         {M.LABOUR: 3.0, M.MEDICAL: 1.0, M.EDUCATION: 1.0}, {}, (N.MEDICAL, N.EDUCATION, N.LEGAL), every=_MONTHLY,
         injured=0.9),
    Kind("early_intervention", _with(_small), 0.02, 2.0, True, 0.85, (6, 12, 18), _small,
         {M.MEDICAL: 4.0, M.CHILD_CARE: 3.0, M.EDUCATION: 1.0}, {}, (N.DISABILITY, N.MEDICAL), every=(14, 14, 14)),
    Kind("disability_needs_visit", _with(_adult), 0.008, 3.0, False, 1.0, (1, 2, 3), _adult, every=(20, 20, 20)),
    Kind("intimate_image_takedown", _with(_filmed), 0.004, 1.5, True, 0.95, (1, 2, 3), _filmed,
         {M.POLICE: 3.0, M.EDUCATION: 2.0, None: 2.0}, {D.SEXUAL: 0.3}, (N.SAFETY, N.LEGAL, N.MENTAL),
         every=_MONTHLY, since=dt.date(2023, 2, 17)),
    Kind("out_of_home_placement", _with(_child), 0.0015, 6.0, False, 1.0, (6, 12, 20), _child, every=_MONTHLY),
    Kind("emergency_relief", _with(_worker), 0.02, 6.0, False, 1.0, (1, 2, 3), _adult, every=(20, 20, 20)),
    Kind("in_kind_aid", _with(_worker), 0.012, 8.0, False, 1.0, (3, 6, 12), _adult, every=_RARE),
    Kind("self_reliance", _with(_worker), 0.004, 8.0, False, 1.0, (8, 12, 18), _worker, every=_MONTHLY),
    Kind("parenting_guidance", _with(_small), 0.03, 2.0, False, 1.0, (3, 5, 8), _small, every=(14, 14, 14)),
    Kind("child_development_account", _with(_child), 0.01, 6.0, False, 1.0, (24, 36, 48), _child,
         every=(180, 180, 90)),
    Kind("employment_referral", _with(_worker), 0.015, 4.0, False, 1.0, (2, 4, 6), _worker, every=_MONTHLY),
    Kind("disabled_employment", _with(_worker), 0.002, 4.0, False, 1.0, (4, 6, 9), _worker, every=(14, 14, 14)),
    Kind("indigenous_family_center", _indigenous, 0.6, 1.5, False, 1.0, (5, 8, 12), _adult, every=_MONTHLY,
         since=dt.date(2026, 1, 1)),
)  # fmt: skip

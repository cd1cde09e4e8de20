"""What certification bodies do differently: the values of `schemas/cycle.yaml`, checked.

A workspace writes its own values in its `schemas/cycle.yaml`; each needs a source (the contract,
a letter), which is shown wherever a date rests on the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from govtrack.errors import BadInput, Problem, closest, not_one_of, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "schemas/cycle.yaml"

_CHOICES: dict[str, tuple[Any, ...]] = {
    "expiry_convention": ("minus_one_day", "same_day"),
    "second_surveillance": (
        "calendar_year",
        "anniversary",
        "anniversary_plus_one_month",
        "twelve_months_after_previous",
    ),
    "twelve_months_after_recertification": (True, False),
    "audit_day": ("last", "first"),
    "restoration_counted_to": ("decision", "last_audit_day"),
}
_LEADS = ("surveillance_lead_months", "recertification_lead_months")
_MOST = 36_500  # a hundred years of days: more is a slip of the pen


class Knobs(NamedTuple):
    """The values in force; `sources` says where each came from, `own` which are the workspace's.

    The defaults are those of the shipped `schemas/cycle.yaml`.
    """

    expiry_convention: Literal["minus_one_day", "same_day"] = "minus_one_day"
    second_surveillance: Literal[
        "calendar_year",
        "anniversary",
        "anniversary_plus_one_month",
        "twelve_months_after_previous",
    ] = "calendar_year"
    twelve_months_after_recertification: bool = False
    audit_day: Literal["last", "first"] = "last"
    restoration_counted_to: Literal["decision", "last_audit_day"] = "decision"
    usual_suspension_months: int = 6
    surveillance_lead_months: tuple[int, ...] = (6, 3, 1)
    recertification_lead_months: tuple[int, ...] = (9, 6, 3)
    recertification_audit_months_before: int = 3
    internal_audit_interval_months: int = 12
    management_review_interval_months: int = 12
    internal_audit_days_before: int = 90
    management_review_days_before: int = 30
    soa_review_months: int = 12
    attestation_months: int = 12
    attestation_most_months: int = 24
    expiring_days: int = 60
    late_recording_days: int = 30
    sources: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Knobs:
        """The knobs of a parsed `cycle.yaml`, with the workspace's own over the shipped ones.

        Raises `BadInput` with every value that is unknown, of the wrong kind or without a source.
        """
        given = mapping.get("knobs", {})
        problems = [p for name, knob in given.items() for p in _problems(name, knob)]
        if problems:
            raise BadInput(problems)
        values = {name: _value(knob["value"]) for name, knob in given.items()}
        sources = tuple((name, str(knob["source"])) for name, knob in given.items())
        return cls(**values, sources=sources)

    def source(self, name: str) -> str:
        """Whose word the value of that knob is."""
        return dict(self.sources).get(name, "govtrack's default")

    def changed(self) -> tuple[str, ...]:
        """The names of the knobs whose value is not the default, in order."""
        default = Knobs()
        return tuple(name for name in _names() if getattr(self, name) != getattr(default, name))


def _names() -> tuple[str, ...]:
    return tuple(name for name in Knobs._fields if name != "sources")


def _problems(name: str, knob: object) -> list[Problem]:
    place = f"knobs.{visible(str(name))}"
    if name not in _names():
        message = f"unknown; known are {', '.join(_names())}"
        return [Problem(message, FILE, field=place, nearest=closest(str(name), _names()))]
    if not isinstance(knob, dict) or "value" not in knob:
        return [Problem("expected a value and its source", FILE, field=place)]
    problems = _problems_of_value(name, knob["value"], f"{place}.value")
    if not str(knob.get("source") or "").strip():
        message = "is missing: whose word this is, such as 'letter of 2025-03-01'"
        problems.append(Problem(message, FILE, field=f"{place}.source"))
    return problems


def _problems_of_value(name: str, value: object, field: str) -> list[Problem]:
    if choices := _CHOICES.get(name):
        if value in choices and isinstance(value, type(choices[0])):
            return []
        shown = [str(choice).lower() for choice in choices]
        message = not_one_of(str(value), shown)
        return [Problem(message, FILE, field=field, nearest=closest(str(value), shown))]
    if name in _LEADS:
        if isinstance(value, list | tuple) and value and all(map(_is_count, value)):
            return []
        return [Problem("expected a list of months such as [6, 3, 1]", FILE, field=field)]
    if _is_count(value):
        return []
    return [Problem(f"expected a whole number from 0 to {_MOST}", FILE, field=field)]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


def _value(value: Any) -> Any:  # noqa: ANN401  (a knob is text, number, truth or a list)
    return tuple(value) if isinstance(value, list) else value

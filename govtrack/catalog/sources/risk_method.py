"""How one risk process serves both frameworks, and risks to begin with: `risk-method.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.risk_criteria import IMPACT_LEVELS
from govtrack.catalog.sources import shape
from govtrack.errors import BadInput, closest, not_one_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem

STEPS = (
    "criteria", "identified", "assessed", "evaluated", "treated", "accepted", "reassessed",
    "implemented",
)  # fmt: skip
"""What of the process is counted from the register; `status.risk_process` says how."""

FINDINGS = (
    "no-criteria", "older-criteria", "system-without-risk", "no-genai-risk", "no-source",
    "not-assessed", "review-overdue", "above-without-treatment", "treatment-without-control",
    "control-excluded",
    "control-undecided", "no-evidence", "no-owner", "no-due", "treatment-overdue",
    "residual-not-accepted", "acceptance-lapsed", "accepted-by-assessor",
)  # fmt: skip
"""Codes of what may speak against a step; `status.risk_check` makes them."""

_RECORDS: dict[str, dict[str, shape.Form]] = {
    "process": {
        "step": STEPS, "clause": "text", "asks": "text", "rmf": "texts", "findings": "texts",
    },
    "starts": {
        "source": "text", "title": "text", "cause": "text", "event": "text",
        "consequence": "text", "affects": "texts",
    },
}  # fmt: skip


def take(source: Source, requirements: Mapping[str, object]) -> dict[str, Any]:
    """The file as plain data. Raises `BadInput` with every problem of it."""
    problems = shape.check(source, (), dict.fromkeys(_RECORDS, "records"), tuple(_RECORDS))
    if not problems:
        problems = list(_problems(source, requirements))
    if problems:
        raise BadInput(problems)
    lists = ("rmf", "findings", "affects")
    return {
        name: [
            {field: shape.texts(value) if field in lists else value for field, value in one.items()}
            for one in source.data[name]
        ]
        for name in _RECORDS
    }


def _problems(source: Source, requirements: Mapping[str, object]) -> Iterator[Problem]:
    for name, fields in _RECORDS.items():
        for index, record in enumerate(source.data[name]):
            faults = shape.check(source, (name, index), fields, tuple(fields))
            yield from faults or _unknown(source, (name, index), record, requirements)


def _unknown(
    source: Source, place: Place, record: Mapping[str, Any], requirements: Mapping[str, object]
) -> Iterator[Problem]:
    for field in ("source", "clause", "rmf"):
        for ref in shape.texts(record.get(field)):
            if ref not in requirements:
                yield shape.unknown(source, (*place, field), ref, requirements)
    for field, known in (("affects", IMPACT_LEVELS), ("findings", FINDINGS)):
        for word in shape.texts(record.get(field)):
            if word not in known:
                message = not_one_of(word, known)
                yield source.problem((*place, field), message, closest(word, known))

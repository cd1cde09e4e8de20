"""What is said of a risk, its assessment and its treatment before it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

OPTIONS = ("modify", "avoid", "share", "retain")
"""Treatment options, after ISO 31000 and the AI RMF (mitigate, avoid, transfer, accept)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFields:
    """What is said of a risk; None leaves a field as it is, or empty in a new record.

    `sources` are references as people write them, `affected` words of `IMPACT_LEVELS`.
    `system` and `identified_on` are of a new record only; `clear` names what to empty of one that
    is there: owner, reference, source, affects.
    """

    title: str | None = None
    system: str | None = None
    cause: str | None = None
    event: str | None = None
    consequence: str | None = None
    sources: tuple[str, ...] | None = None
    affected: tuple[str, ...] | None = None
    owner: str | None = None
    reference: str | None = None
    identified_on: date | None = None
    clear: tuple[str, ...] = ()

    @property
    def clearable(self) -> dict[str, object]:
        """What can be emptied again, as it is given here."""
        return {
            "owner": self.owner,
            "reference": self.reference,
            "source": self.sources,
            "affects": self.affected,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFields:
    """One assessment: words of the criteria in force on its day.

    `assessed_on` None is today, `assessed_by` None who records it, `next_review` None the
    interval that the criteria give the level.
    """

    likelihood: str
    consequence: str
    assessed_on: date | None = None
    assessed_by: str | None = None
    why: str | None = None
    next_review: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentFields:
    """A treatment, or what changes in one: None leaves a field as it is, or empty in a new one.

    The residual words are of the criteria in force on the day the treatment is decided (of a
    later change: done, else today). `clear` names what to empty of one that is there: owner, due.
    """

    option: str | None = None
    what: str | None = None
    controls: tuple[str, ...] | None = None
    owner: str | None = None
    decided_on: date | None = None
    due: date | None = None
    done_on: date | None = None
    residual_likelihood: str | None = None
    residual_consequence: str | None = None
    clear: tuple[str, ...] = ()

    @property
    def clearable(self) -> dict[str, object]:
        """What can be emptied again, as it is given here."""
        return {"owner": self.owner, "due": self.due}

"""What the certification body decided, audited and agreed to: the cycle's input.

The values of this package are named tuples: every reading command imports them, and a frozen
dataclass takes five times as long to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from datetime import date

DecisionKind = Literal[
    "grant", "renew", "restore", "suspend", "lift",
    "reduce", "extend", "withdraw", "transfer", "maintain",
]  # fmt: skip
AuditKind = Literal["stage_1", "stage_2", "surveillance", "recertification", "special"]

DECISIONS: tuple[str, ...] = get_args(DecisionKind)
AUDITS: tuple[str, ...] = get_args(AuditKind)


class Decision(NamedTuple):
    """A decision of the certification body (ISO/IEC 17021-1 9.5 and 9.6).

    Four dates that are never one: `decided_on` starts the cycle's clock, `effective_on` is when
    it takes effect (default: the day it was taken), `issued_on` is the paper's date, `expires_on`
    the last valid day as printed, None where it is not known.
    """

    decision: DecisionKind
    decided_on: date
    effective_on: date | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    body: str | None = None
    number: str | None = None
    scope: str | None = None
    reference: str | None = None

    @property
    def effective(self) -> date:
        """The first day the decision has effect: never before it was taken."""
        return max(self.decided_on, self.effective_on or self.decided_on)


class ExternalAudit(NamedTuple):
    """An audit by the certification body, from its first day to its last."""

    audit: AuditKind
    started_on: date
    ended_on: date
    auditor: str | None = None
    reference: str | None = None


class Agreement(NamedTuple):
    """What the certification body allowed in writing, and until when."""

    about: str
    until: date
    reference: str

"""Why a declaration no longer stands as it was signed, each with the command that mends it.

What a declaration pins is not renewed behind it: it is withdrawn, and another one is made.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status.findings import Finding, quoted
from govtrack.status.profile_rows import NOT_ASSESSED
from govtrack.trail import manifest
from govtrack.trail.manifest import Support

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govtrack.status.profile_rows import Profile


WITHIN = "within its period"
"""Signed, not withdrawn, its last day not past; whether it is still true, the findings say."""


class Declared(NamedTuple):
    """A declaration as recorded, its profile's slug, that of its system, its standing on a day."""

    one: Mapping[str, Any]
    profile: str
    system: str | None
    standing: str

    def found(self, code: str, about: str | None, words: str, mend: str | None = None) -> Finding:
        """A finding about a reference, or (None) about the declaration itself."""
        return Finding(code, about or self.one["id"], self.system, words, mend or self.mend)

    @property
    def again(self) -> str:
        """The command that makes another declaration on the same profile."""
        return (
            f"govtrack attest --profile {self.profile} --scope {quoted(self.one['scope'])} "
            "--signatory NAME --function TEXT"
        )

    @property
    def mend(self) -> str:
        """Withdrawing it within its period; then another declaration."""
        if self.standing == WITHIN:
            return f"govtrack attest withdraw {self.one['id']} --why TEXT"
        return self.again


def of_declaration(
    declared: Declared, day: str, supports: tuple[Support, ...]
) -> Iterator[Finding]:
    """What is so of the declaration as a whole."""
    one = declared.one
    if declared.standing == "withdrawn":
        yield declared.found("withdrawn", None, f"withdrawn on {one['withdrawn_on']}")
    elif declared.standing == "ended":
        words = f"ended on {one['valid_until']}, the day it was valid until"
        yield declared.found("ended", None, words)
    elif declared.standing == "not yet signed":
        mend = f"govtrack attest check {one['id']} --as-of {one['signed_on']}"
        yield declared.found("not-signed", None, f"signed on {one['signed_on']}, after {day}", mend)
    if manifest.digest(supports) != one["manifest_sha256"]:
        words = "the manifest computed from the register is not the one that was declared"
        yield declared.found("manifest-differs", None, words, "govtrack verify")


def of_support(
    declared: Declared,
    behind: Iterable[Mapping[str, Any]],
    subcategories: Mapping[str, str],
    day: str,
) -> Iterator[Finding]:
    """What has become of the evidence behind each outcome."""
    for row in behind:
        at = f"{row['evidence']} v{row['version']}"
        pinned = Support(
            row["ref"], row["evidence"], row["version"], tuple(json.loads(row["files"]))
        )
        ref = subcategories.get(row["ref"], row["ref"])
        if row["now"] != row["version"] or pinned.sha256 != row["sha256"]:
            words = f"{at} is no longer what was declared"
            yield declared.found("evidence-changed", row["ref"], words)
        elif row["state"] is None or row["state"] > 1:
            replaced = f" by {row['superseded_by']}" if row["status"] == "superseded" else ""
            why = "its review is overdue" if row["status"] == "approved" else row["status"]
            words = f"{at} is not in force on {day}: {why}{replaced}"
            yield declared.found("evidence-not-in-force", row["ref"], words)
        elif ref not in json.loads(row["confirmed"]):
            verb = "confirm" if ref in json.loads(row["tagged"]) else "tag"
            mend = f"govtrack evidence {verb} {row['evidence']} {quoted(ref)}"
            words = f"{at} is no longer confirmed for it"
            yield declared.found("evidence-not-confirmed", row["ref"], words, mend)


def of_profile(
    declared: Declared, claimed: Iterable[str], achieved: str, now: Profile
) -> Iterator[Finding]:
    """The outcomes, by reference, that the profile does not hold as achieved any more."""
    states = {row.ref: row.current for row in (*now.rows, *now.actions)}
    for ref in claimed:
        if states.get(ref) != achieved:
            words = f"is '{states.get(ref) or NOT_ASSESSED}' in the profile now"
            yield declared.found("no-longer-achieved", ref, words)

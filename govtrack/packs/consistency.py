"""The consistency tests that a lead auditor makes by hand, made by machine and printed on 00."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govtrack.packs import views

if TYPE_CHECKING:
    from govtrack.packs.contents import Evidence, PackContents


@dataclass(frozen=True, slots=True)
class Check:
    """A consistency test a lead auditor makes by hand, and what came out."""

    question: str
    passed: bool
    found: str


def checks(contents: PackContents) -> tuple[Check, ...]:
    """The consistency tests of the pack, printed on its cover whether they pass or not."""
    files = [file for one in contents.evidence for file in one.files]
    unhashed = [file.name for file in files if len(file.sha256) != 64]  # noqa: PLR2004
    meant = [file for one in contents.evidence if one.status != "withdrawn" for file in one.files]
    left_out = [file.name for file in meant if file.path is None]
    known = {one.ref for one in contents.requirements}
    strangers = {tag.ref for one in contents.evidence for tag in one.tags} - known
    clauses = len(views.lines(contents, "iso", "clause"))
    controls = len(views.lines(contents, "iso", "control"))
    subcategories = len(views.lines(contents, "rmf"))
    late = [one.id for one in contents.evidence if _after(one, contents)]
    in_pack = {one.id for one in contents.evidence}
    drawn_elsewhere = set(views.population(contents)) - in_pack
    return (
        Check(
            "Does every file of every artefact have its SHA-256 in the evidence index?",
            not unhashed,
            f"{len(files)} files, {len(unhashed)} without",
        ),
        Check(
            "Does every file of every artefact that was not withdrawn lie in this pack?",
            not left_out,
            f"{len(meant) - len(left_out)} of {len(meant)}",
        ),
        Check(
            "Are all requirements there?",
            (clauses, controls, subcategories) == (32, 38, 72),
            f"{clauses} clauses (32), {controls} controls (38), {subcategories} subcategories (72)",
        ),
        Check(
            "Does every tag name a requirement of the catalogue?",
            not strangers,
            ", ".join(sorted(strangers)) or "all do",
        ),
        Check(
            "Is no artefact dated after the day of this pack?",
            not late,
            ", ".join(late) or "none is",
        ),
        Check(
            "Is the sample drawn from artefacts of this pack only?",
            not drawn_elsewhere,
            f"population {len(views.population(contents))}",
        ),
    )


def _after(one: Evidence, contents: PackContents) -> bool:
    dates = (one.prepared_on,) if one.status == "draft" else (one.prepared_on, one.approved_on)
    return any(day is not None and day > contents.as_at for day in dates)

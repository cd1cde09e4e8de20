"""Self-attestations as they are read: what was declared, and whether its support still stands."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.errors import NotDone, Problem, closest, refuse
from govtrack.register.nouns import NOUNS, id_of, key_of
from govtrack.status import freshness, standing
from govtrack.status import profile_rows as profiles
from govtrack.status.attestation_check import (
    WITHIN,
    Declared,
    of_declaration,
    of_profile,
    of_support,
)
from govtrack.status.attestation_lacks import lacks
from govtrack.status.profile_gaps import gaps
from govtrack.status.residual_risks import Residual, residual
from govtrack.trail import manifest
from govtrack.trail.manifest import Support

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.findings import Finding

NOT_CLAIMED = (
    "No certification: the AI RMF is voluntary and cannot be certified.",
    "No endorsement by NIST, which prescribes no form of attestation and has not seen this one.",
    "Nothing for rows in any other state than the one attested, nor for rows not assessed.",
    "No conformity with ISO/IEC 42001, which only a certification body's certificate shows.",
)
"""What a declaration does not say, printed on each."""

ENDS = (
    "the day it is valid until, where one is given",
    "its withdrawal",
    "evidence behind an outcome that is withdrawn, superseded or no longer in force",
    "an outcome that the profile no longer holds in the state attested",
    "a significant change of a system in scope, or of how it is used",
    "a serious incident that shows an outcome not to be achieved",
)
"""What ends a declaration, printed on each; the first four 'govtrack attest check' finds."""

REVIEWS = {
    "self": "reviewed by the organisation itself",
    "internal-audit": "reviewed by internal audit",
    "third-party": "reviewed by a third party",
}

_SUPPORTS = f"""
WITH found AS ({profiles.EVIDENCE})
SELECT ref, evidence.id, evidence.version, (
  SELECT json_group_array(sha256) FROM evidence_file WHERE evidence = evidence.key)
FROM found JOIN evidence ON evidence.key = found.key
WHERE ref IN (SELECT value FROM json_each(:refs)) ORDER BY found.key
"""  # noqa: S608  (nothing but the SQL of this folder)

_BEHIND = f"""
SELECT one.ref, one.evidence, one.version, one.sha256, evidence.title, evidence.version AS now,
  superseded_by, {freshness.STATUS} AS status, {standing.STATE} AS state, (
  SELECT json_group_array(sha256) FROM evidence_file WHERE evidence = evidence.key) AS files, (
  SELECT json_group_array(ref) FROM evidence_tag WHERE evidence = evidence.key
  AND confirmed_on IS NOT NULL AND declined_on IS NULL) AS confirmed, (
  SELECT json_group_array(ref) FROM evidence_tag WHERE evidence = evidence.key) AS tagged
FROM attestation_evidence AS one JOIN evidence ON evidence.id = one.evidence
WHERE attestation = :key ORDER BY one.ref, evidence.key
"""  # noqa: S608


class Gathered(NamedTuple):
    """What a declaration on a profile and day would hold: states by reference, support, gaps.

    `lacks` says of references with confirmed evidence that does not count why it does not.
    """

    states: Mapping[str, str]
    achieved: str
    supports: tuple[Support, ...]
    open_gaps: int
    lacks: Mapping[str, str]


class Outcome(NamedTuple):
    """A reference, its state as declared, and the artefacts behind it (achieved ones only)."""

    ref: str
    title: str
    state: str
    supports: tuple[Support, ...]


class Paper(NamedTuple):
    """A declaration and its support; `attestation` is None where none is recorded.

    `standing` is what it is on the day: within its period, ended, withdrawn or not yet signed.
    `residuals` are the open risks of its day, `findings` what has changed behind it until the day
    asked for.
    """

    day: str
    attestation: Mapping[str, Any] | None
    standing: str | None
    profile: Mapping[str, Any] | None
    scale: Mapping[str, Any]
    achieved: str
    outcomes: tuple[Outcome, ...]
    not_assessed: int
    supports: tuple[Support, ...]
    titles: Mapping[str, str]
    residuals: tuple[Residual, ...]
    findings: tuple[Finding, ...]
    not_claimed: tuple[str, ...] = NOT_CLAIMED
    ends: tuple[str, ...] = ENDS

    @property
    def claimed(self) -> tuple[Outcome, ...]:
        """What is declared as achieved."""
        return tuple(one for one in self.outcomes if one.state == self.achieved)

    @property
    def unclaimed(self) -> tuple[Outcome, ...]:
        """What is in another state, for which nothing is declared."""
        return tuple(one for one in self.outcomes if one.state != self.achieved)

    @property
    def stands(self) -> str | None:
        """Its standing, with the number of events that end it where it would still run."""
        if self.standing != WITHIN:
            return self.standing
        if self.findings:
            return f"{WITHIN}; events that end it have occurred: {len(self.findings)}"
        return f"{WITHIN}; no event that ends it is found"

    @property
    def manifest(self) -> str:
        """The manifest of evidence, in the form that `trail/manifest.py` describes."""
        return manifest.text(self.supports)

    @property
    def reviewed(self) -> str | None:
        """The method and level of review in words."""
        return REVIEWS[self.attestation["review"]] if self.attestation else None


def gathered(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, head: Mapping[str, Any] | None
) -> Gathered:
    """What a declaration on the profile with that head could state as of `day`."""
    found = profiles.profile(connection, catalogue, day, head)
    rows = [row for row in (*found.rows, *found.actions) if row.current]
    achieved = catalogue.profile_scale["states"][-1]["id"]
    subcategories = _subcategories(catalogue)
    wanted: dict[str, list[str]] = {}
    for row in rows:
        if row.current == achieved:
            wanted.setdefault(subcategories.get(row.ref, row.ref), []).append(row.ref)
    given = standing.given(day, freshness.SOON_DAYS, head["system"] if head else None)
    behind = connection.execute(_SUPPORTS, {**given, "refs": json.dumps(list(wanted))})
    short = lacks(connection, wanted, day, given["system"])
    return Gathered(
        {row.ref: row.current or "" for row in rows},
        achieved,
        tuple(
            Support(ref, identifier, version, tuple(json.loads(files)))
            for of, identifier, version, files in behind
            for ref in wanted[of]
        ),
        len(gaps(found)),
        {ref: why for of, why in short.items() for ref in wanted[of]},
    )


def listed(connection: sqlite3.Connection, day: date) -> list[dict[str, Any]]:
    """Every declaration signed by the day with its standing on it, in the order of ids."""
    found = profiles.by_name(
        connection,
        "SELECT one.*, profile.slug FROM attestation AS one JOIN profile ON profile.id = profile "
        "WHERE signed_on <= :day ORDER BY one.key",
        {"day": day.isoformat()},
    )
    return [{**one, "standing": standing_of(one, day.isoformat())} for one in found]


def standing_of(one: Mapping[str, Any], day: str) -> str:
    """What a declaration is on a day by its own dates: see `WITHIN` for what that leaves open.

    The others are: not yet signed, ended, withdrawn.
    """
    if one["signed_on"] > day:
        return "not yet signed"
    if one["withdrawn_on"] and one["withdrawn_on"] <= day:
        return "withdrawn"
    return "ended" if one["valid_until"] and one["valid_until"] < day else WITHIN


def latest(connection: sqlite3.Connection, day: date, profile: str | None = None) -> str | None:
    """The id of the declaration within its period that was signed last; of a profile, or any."""
    found = [
        one
        for one in listed(connection, day)
        if one["standing"] == WITHIN and profile in {None, one["profile"]}
    ]
    found.sort(key=lambda one: (one["signed_on"], one["key"]))
    return found[-1]["id"] if found else None


def named(connection: sqlite3.Connection, which: str) -> str:
    """The id of the declaration that `which` names; refused with the nearest."""
    noun = NOUNS["attestation"]
    identifier = id_of(noun, key_of(which, noun, field="AT"))
    known = [row[0] for row in connection.execute("SELECT id FROM attestation ORDER BY key DESC")]
    if identifier not in known:
        message = f"there is no {identifier} in this register"
        raise refuse(message, field="AT", nearest=closest(identifier, known))
    return identifier


def paper(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, which: str | None = None
) -> Paper:
    """The declaration `which` (an id) as it stands on `day`; None: the latest within its period."""
    which = which or latest(connection, day)
    scale = catalogue.profile_scale
    achieved = scale["states"][-1]["id"]
    if which is None:
        return Paper(
            day.isoformat(), None, None, None, scale, achieved, (), len(catalogue.leaves("rmf")),
            (), {}, (), (),
        )  # fmt: skip
    read = _read(connection, catalogue, day, which)
    one, head, outcomes = read.attestation, read.profile, read.outcomes
    subcategories = _subcategories(catalogue)
    assessed = {subcategories.get(outcome.ref, outcome.ref) for outcome in outcomes}
    return Paper(
        day=day.isoformat(),
        attestation=one,
        standing=read.standing,
        profile=head,
        scale=scale,
        achieved=achieved,
        outcomes=outcomes,
        not_assessed=sum(1 for leaf in catalogue.leaves("rmf") if leaf.ref not in assessed),
        supports=read.supports,
        titles=read.titles,
        residuals=residual(connection, date.fromisoformat(one["as_of"]), head["system"]),
        findings=read.findings,
    )


def ending(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, which: str
) -> tuple[Finding, ...]:
    """What has occurred by `day` that ends the declaration `which` (an id)."""
    return _read(connection, catalogue, day, which).findings


def must_stand(
    connection: sqlite3.Connection, catalogue: Catalogue, identifier: str, signed_on: date
) -> None:
    """Refuse a declaration that its signing day no longer supports (inside its recording).

    Raises `NotDone` naming every row, as `govtrack attest check` would find it on that day.
    """
    problems = [
        Problem(f"cannot be declared on {signed_on}: {one.words}", field=one.about)
        for one in ending(connection, catalogue, signed_on, identifier)
    ]
    if problems:
        raise NotDone(problems)


class _Read(NamedTuple):
    """A declaration as the register has it, and what its check finds."""

    attestation: Mapping[str, Any]
    profile: Mapping[str, Any]
    standing: str
    outcomes: tuple[Outcome, ...]
    supports: tuple[Support, ...]
    titles: Mapping[str, str]
    findings: tuple[Finding, ...]


def _read(connection: sqlite3.Connection, catalogue: Catalogue, day: date, which: str) -> _Read:
    achieved = catalogue.profile_scale["states"][-1]["id"]
    one = profiles.by_name(connection, "SELECT * FROM attestation WHERE id = :id", {"id": which})[0]
    (head,) = profiles.by_name(
        connection, "SELECT * FROM profile WHERE id = :id", {"id": one["profile"]}
    )
    given = {**standing.given(day, freshness.SOON_DAYS, None), "key": one["key"]}
    behind = profiles.by_name(connection, _BEHIND, given)
    supports = tuple(
        Support(row["ref"], row["evidence"], row["version"], tuple(json.loads(row["files"])))
        for row in behind
    )
    outcomes = _outcomes(connection, catalogue, one["key"], supports)
    now = profiles.profile(connection, catalogue, day, head)
    claimed = [outcome.ref for outcome in outcomes if outcome.state == achieved]
    declared = Declared(one, head["slug"], now.system, standing_of(one, day.isoformat()))
    findings = (
        *of_declaration(declared, day.isoformat(), supports),
        *of_support(declared, behind, _subcategories(catalogue), day.isoformat()),
        *of_profile(declared, claimed, achieved, now),
    )
    titles = {row["evidence"]: row["title"] for row in behind}
    return _Read(one, head, declared.standing, outcomes, supports, titles, findings)


def _subcategories(catalogue: Catalogue) -> dict[str, str]:
    """The subcategory of each action of NIST AI 600-1."""
    return {action["id"]: action["rmf"] for action in catalogue.genai["actions"]}


def _outcomes(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    key: int,
    supports: Iterable[Support],
) -> tuple[Outcome, ...]:
    by: dict[str, list[Support]] = {}
    for support in supports:
        by.setdefault(support.ref, []).append(support)
    stated = dict(
        connection.execute(
            "SELECT ref, state FROM attestation_outcome WHERE attestation = ?", [key]
        ).fetchall()
    )
    titles = {one.ref: one.title for one in catalogue.leaves("rmf")}
    titles |= {one["id"]: f"action for {one['rmf']}" for one in catalogue.genai["actions"]}
    return tuple(
        Outcome(ref, title, stated[ref], tuple(by.get(ref, ())))
        for ref, title in titles.items()
        if ref in stated
    )

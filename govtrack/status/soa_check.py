"""The tests an auditor makes of a Statement of Applicability, made by machine."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status import freshness, soa, soa_diff, standing
from govtrack.status.findings import Finding, quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.soa import Control, Decision, Statement
    from govtrack.status.soa_behind import Proof

LEAST_WORDS = 3
"""A reason for exclusion of fewer words than this tells nobody anything."""

_SAY_NOTHING = """
a all an and annex applicable applies apply are as at b be because best by clause control controls
default does done excluded exclusion for good has have here in included inclusion is iso iec it its
listed na n necessary need needed no none not of on our part per practice reason reference relevant
require required requirement set standard sure the there this to us use used we with yes
"""
_EMPTY = frozenset(_SAY_NOTHING.split())
"""Words that give no reason by themselves: 'it is in the annex', 'not applicable to us'."""

_NAMED = re.compile(r"(?:soa|statement of applicability)\D{0,20}([0-9]+)", re.IGNORECASE)
_RECORD = re.compile(r"(EV|AD)-[0-9]{4}-[0-9]{4,}")

_REASONS = f"""
SELECT one.value, CASE substr(one.value, 1, 2)
  WHEN 'R-' THEN (SELECT coalesce(CASE WHEN closed_on <= :day THEN 'closed on ' || closed_on END,
      CASE WHEN identified_on > :day THEN 'not identified before ' || identified_on END, '')
    FROM risk WHERE id = one.value)
  WHEN 'EV' THEN (SELECT CASE WHEN {standing.STATE} < 2 AND {freshness.STANDING} THEN ''
      ELSE 'not in force' END FROM evidence WHERE id = one.value)
END FROM json_each(:ids) AS one
"""  # noqa: S608  (nothing but the SQL of this folder)

_WITHOUT_CONTROL = """
SELECT risk.id, title, slug, position FROM risk_treatment JOIN risk ON risk.key = risk
  LEFT JOIN ai_system ON ai_system.id = system
WHERE option = 'modify' AND decided_on <= :day AND (closed_on IS NULL OR closed_on > :day)
  AND NOT EXISTS (SELECT 1 FROM risk_control WHERE risk_control.risk = risk_treatment.risk
    AND treatment = position)
ORDER BY risk.key, position
"""

_CERTIFICATE = """
SELECT decided_on, coalesce(scope, '') || ' ' || coalesce(reference, '')
FROM certification_decision WHERE decided_on <= ? AND decision IN ('grant', 'renew', 'extend',
  'reduce', 'transfer') ORDER BY decided_on DESC, key DESC LIMIT 1
"""

_OUT_OF_SCOPE = "SELECT id, in_scope_to FROM ai_system WHERE in_scope_to < ?"


class Test(NamedTuple):
    """A test by its name, the question it answers, and what it found."""

    code: str
    question: str
    findings: tuple[Finding, ...]


class _Row(NamedTuple):
    """A decision to test with its evidence; for a system where it is a difference."""

    control: Control
    decision: Decision
    proof: Proof


class _Asked(NamedTuple):
    """All that the tests look at."""

    day: str
    statement: Statement
    rows: tuple[_Row, ...]
    reasons: Mapping[str, str | None]
    without_control: tuple[tuple[str, str, str | None, int], ...]
    certificate: tuple[str, str] | None
    out_of_scope: Mapping[str, str]
    changes: tuple[soa_diff.Changed, ...]
    forms: Mapping[str, str]
    wanted: Mapping[str, frozenset[str]]


def tests(connection: sqlite3.Connection, catalogue: Catalogue, day: date) -> tuple[Test, ...]:
    """Every test with what it found on the day, in the order in which they are made."""
    asked = _asked(connection, catalogue, day)
    return tuple(Test(code, question, tuple(make(asked))) for code, question, make in TESTS)


def _asked(connection: sqlite3.Connection, catalogue: Catalogue, day: date) -> _Asked:
    found = soa.statement(connection, catalogue, day)
    text = day.isoformat()
    rows = tuple(_rows(found))
    named = [what for one in rows for _, what in one.decision.because]
    given = freshness.parameters(day) | {"ids": json.dumps(named)}
    forms = {kind.id: kind.form for kind in catalogue.kinds.values()}
    wanted: dict[str, set[str]] = {}
    for kind in catalogue.kinds.values():
        for tag in kind.tags:
            wanted.setdefault(tag.ref, set()).add(kind.form)
    changes: tuple[soa_diff.Changed, ...] = ()
    if found.latest:
        changes = soa_diff.compare(connection, day).changes
    certificate = connection.execute(_CERTIFICATE, [text]).fetchone()
    return _Asked(
        text,
        found,
        rows,
        dict(connection.execute(_REASONS, given).fetchall()),
        tuple(map(tuple, connection.execute(_WITHOUT_CONTROL, {"day": text}))),
        certificate and tuple(certificate),
        dict(connection.execute(_OUT_OF_SCOPE, [text]).fetchall()),
        changes,
        forms,
        {ref: frozenset(found) for ref, found in wanted.items()},
    )


def _rows(found: Statement) -> Iterator[_Row]:
    for one in found.controls:
        if one.decision:
            yield _Row(one, one.decision, one.evidence)
        for differing in one.differences:
            yield _Row(one, differing.decision, differing.evidence)


def _set(decision: Decision, rest: str) -> str:
    system = f" --system {decision.slug}" if decision.system else ""
    return f"govtrack soa set {quoted(decision.control)}{system} {rest}"


def _of(row: _Row, code: str, words: str, mend: str) -> Finding:
    one = row.decision
    return Finding(code, one.control, one.slug, words, _set(one, mend))


def _undecided(asked: _Asked) -> Iterator[Finding]:
    for one in asked.statement.controls:
        if one.decision is None:
            mend = f"govtrack soa set {quoted(one.control)} --applicable --why TEXT"
            words = f"{one.title}: not decided; applicable or --excluded"
            yield Finding("undecided", one.control, None, words, mend)


def _thin_reason(asked: _Asked) -> Iterator[Finding]:
    for row in asked.rows:
        why = row.decision.why
        words = re.findall(r"[^\W\d_]+", why.casefold())
        if not set(words) - _EMPTY:
            said = f"'{why}' gives no reason" if words else "no reason is given"
        elif not row.decision.applicable and len(words) < LEAST_WORDS and _parts_words(why):
            said = f"'{why}' is too thin a reason for an exclusion"
        else:
            continue
        yield _of(row, "thin-reason", said, "--why TEXT")


def _parts_words(text: str) -> bool:
    """Whether it is in a script that puts spaces between words, so that they can be counted."""
    return max(text) < "\N{CJK RADICAL REPEAT}"


def _no_owner(asked: _Asked) -> Iterator[Finding]:
    for row in _applicable(asked):
        if not row.decision.owner:
            yield _of(row, "no-owner", "applicable, and nobody answers for it", "--owner WHO")


def _no_status(asked: _Asked) -> Iterator[Finding]:
    for row in _applicable(asked):
        if not row.decision.status:
            words = "applicable, and how far it is implemented is not said"
            yield _of(row, "no-status", words, "--status WORD")


def _no_evidence(asked: _Asked) -> Iterator[Finding]:
    for row in _applicable(asked):
        one = row.decision
        if not (row.proof.total or one.due or one.status == "implemented"):
            words = "applicable, with neither evidence in force nor a day by which it is due"
            yield _of(row, "no-evidence", words, "--due DATE")


def _one_sided(asked: _Asked) -> Iterator[Finding]:
    """A policy shown for practice, or practice without what it follows.

    What is looked for is what the kinds of evidence for the control are: documents, records, both.
    """
    for row in _applicable(asked):
        one = row.decision
        forms = {asked.forms.get(kind, "") for kind in row.proof.kinds}
        missing = asked.wanted.get(one.control, frozenset()) - forms
        if not missing or not forms or (one.due and one.due >= asked.day):
            continue
        only, other = ("design", "operation") if "record" in missing else ("operation", "design")
        words = f"evidence of {only} only ({', '.join(row.proof.kinds)}), none of {other}"
        system = f" --system {one.slug}" if one.system else ""
        mend = f"govtrack add-evidence FILE --kind KIND --supports {one.control}{system}"
        yield Finding("one-sided-evidence", one.control, one.slug, words, mend)


def _no_ground(asked: _Asked) -> Iterator[Finding]:
    for row in _applicable(asked):
        if not row.decision.because and not row.control.risks:
            words = "applicable, and it treats no risk and rests on no law, contract or decision"
            yield _of(row, "no-ground", words, "--because KIND:WHAT")


def _without_control(asked: _Asked) -> Iterator[Finding]:
    for risk, title, slug, number in asked.without_control:
        words = f"treatment {number} of '{title}' modifies it by no control"
        mend = f"govtrack risk treat {risk} --treatment {number} --control CONTROL"
        yield Finding("treatment-without-control", risk, slug, words, mend)


def _treated_by_excluded(asked: _Asked) -> Iterator[Finding]:
    for row in asked.rows:
        if row.decision.applicable:
            continue
        differing = {one.decision.system for one in row.control.differences}
        for risk in row.control.risks:
            differs = risk.system in differing
            mine = row.decision.system == risk.system if differs else row.decision.system is None
            if mine:
                words = f"excluded, yet {risk.id} '{risk.title}' is treated by it"
                yield _of(row, "treated-by-excluded", words, "--applicable --why TEXT")


def _beyond_evidence(asked: _Asked) -> Iterator[Finding]:
    for row in _applicable(asked):
        one = row.decision
        if one.status != "implemented":
            continue
        if not row.proof.total:
            words = "implemented, without evidence in force"
            yield _of(row, "beyond-evidence", words, "--status partial --due DATE")
        elif one.due and one.due > asked.day:
            words = f"implemented, yet due on {one.due}"
            yield _of(row, "beyond-evidence", words, "--status planned")


def _overdue(asked: _Asked) -> Iterator[Finding]:
    for row in _applicable(asked):
        one = row.decision
        if one.due and one.due < asked.day and one.status != "implemented":
            words = f"{one.status or 'no status'}, and was due on {one.due}"
            yield _of(row, "overdue", words, "--status implemented")


def _risk_not_open(asked: _Asked) -> Iterator[Finding]:
    for row in asked.rows:
        for kind, risk in row.decision.because:
            state = asked.reasons.get(risk)
            if kind == "risk" and state != "":
                words = f"rests on {risk}, which is {state or 'not in the register'}"
                yield _of(row, "risk-not-open", words, "--because KIND:WHAT")


def _risk_elsewhere(asked: _Asked) -> Iterator[Finding]:
    for row in _applicable(asked):
        treated = {one.id for one in row.control.risks}
        for kind, risk in row.decision.because:
            if kind == "risk" and asked.reasons.get(risk) == "" and risk not in treated:
                control = row.decision.control
                words = f"rests on {risk}, no treatment of which names it"
                mend = (
                    f"govtrack risk treat {risk} --option modify --control {quoted(control)} "
                    "--what TEXT --owner WHO --due DATE"
                )
                yield Finding("risk-elsewhere", control, row.decision.slug, words, mend)


def _reason_lapsed(asked: _Asked) -> Iterator[Finding]:
    held = {row.decision.id for row in asked.rows}
    for row in asked.rows:
        for kind, what in row.decision.because:
            if kind == "risk" or not _RECORD.fullmatch(what):
                continue
            state = asked.reasons.get(what)
            if what.startswith("AD-"):
                state = "" if what in held else "no longer in force"
            if state != "":
                words = f"rests on {what}, which is {state or 'not in the register'}"
                yield _of(row, "reason-lapsed", words, "--because KIND:WHAT")


def _not_approved(asked: _Asked) -> Iterator[Finding]:
    latest = asked.statement.latest
    approve = "govtrack soa approve --by WHO --on DATE"
    if latest is None:
        words = "no version of the statement was approved"
        yield Finding("not-approved", None, None, words, f"{approve} --scope TEXT")
        return
    fields: dict[tuple[str, str | None], list[str]] = {}
    for one in asked.changes:
        fields.setdefault((one.control, one.slug), []).append(one.field)
    for (control, slug), names in fields.items():
        words = f"differs from version {latest.version} in {', '.join(names)}"
        yield Finding("not-approved", control, slug, words, approve)


def _certificate_version(asked: _Asked) -> Iterator[Finding]:
    latest = asked.statement.latest
    if asked.certificate is None or latest is None or latest.note:
        return
    decided_on, text = asked.certificate
    of_certificate = None
    if named := _NAMED.search(text):
        of_certificate = int(named[1])
    else:
        earlier = [one for one in asked.statement.versions if one.approved_on <= decided_on]
        of_certificate = earlier[-1].version if earlier else None
    if of_certificate == latest.version:
        return
    if of_certificate is None:
        words = f"no version was approved by the certificate's decision, {decided_on}"
    else:
        words = (
            f"version {latest.version} holds, the certificate of {decided_on} stands on version "
            f"{of_certificate}, and no note says why"
        )
    mend = "govtrack soa approve --by WHO --on DATE --note 'Why it differs from the certificate'"
    yield Finding("certificate-version", latest.id, None, words, mend)


def _out_of_scope(asked: _Asked) -> Iterator[Finding]:
    for one in asked.statement.controls:
        for differing in one.differences:
            system = differing.decision.system or ""
            if until := asked.out_of_scope.get(system):
                slug = differing.decision.slug
                words = f"a difference of {slug}, which left the scope on {until}"
                mend = f"govtrack system set {slug} --in-scope-to DATE"
                yield Finding("system-out-of-scope", one.control, slug, words, mend)


def _applicable(asked: _Asked) -> Iterator[_Row]:
    return (row for row in asked.rows if row.decision.applicable)


TESTS: tuple[tuple[str, str, Callable[[_Asked], Iterator[Finding]]], ...] = (
    ("undecided", "Is every control decided?", _undecided),
    ("thin-reason", "Does every inclusion and exclusion give a reason?", _thin_reason),
    ("no-ground", "Does every applicable control treat a risk or rest on something?", _no_ground),
    ("no-owner", "Does somebody answer for every applicable control?", _no_owner),
    ("no-status", "Is it said how far every applicable control is implemented?", _no_status),
    ("no-evidence", "Has every applicable control evidence in force, or a day?", _no_evidence),
    ("one-sided-evidence", "Is there evidence of design and of operation?", _one_sided),
    ("beyond-evidence", "Is no control said to be implemented beyond its evidence?",
     _beyond_evidence),
    ("overdue", "Is nothing past its day?", _overdue),
    ("treatment-without-control", "Does every treatment that modifies name a control?",
     _without_control),
    ("treated-by-excluded", "Is no risk treated by an excluded control?", _treated_by_excluded),
    ("risk-not-open", "Is every risk that a control rests on there and open?", _risk_not_open),
    ("risk-elsewhere", "Is every such risk treated by the control?", _risk_elsewhere),
    ("reason-lapsed", "Is every record that a decision rests on still in force?", _reason_lapsed),
    ("not-approved", "Is what holds what was approved?", _not_approved),
    ("certificate-version", "Is the version that of the certificate, or explained?",
     _certificate_version),
    ("system-out-of-scope", "Is every system that differs still in scope?", _out_of_scope),
)  # fmt: skip
"""The tests: code, question, what makes it."""

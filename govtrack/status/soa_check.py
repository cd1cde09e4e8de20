"""The tests an auditor makes of a Statement of Applicability, made by machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status.findings import Finding, including, quoted
from govtrack.status.soa_asked import asked as all_asked

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.soa import Control, Decision, Difference
    from govtrack.status.soa_asked import Asked, Row, Treatment

    _Subjects = Callable[[Asked], Iterable[Any]]
    _Judge = Callable[[Asked, Any], Iterator["Finding | Remark"]]

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

_RECORD = re.compile(r"(EV|AD)-[0-9]{4}-[0-9]{4,}")
_IMPLEMENTED = "implemented"


class Remark(NamedTuple):
    """What a test compared, where it is worth saying; whether that is a difference explained."""

    words: str
    explained: bool = False


class Test(NamedTuple):
    """A test by its name, the question it answers, and what it found.

    Not `asked` where there was nothing to test.
    """

    code: str
    question: str
    findings: tuple[Finding, ...]
    asked: bool
    noted: Remark | None

    @property
    def result(self) -> str:
        """found, explained, passed, or empty (there was nothing to test)."""
        if self.findings:
            return "found"
        if self.noted and self.noted.explained:
            return "explained"
        return "passed" if self.asked else "empty"

    @property
    def told(self) -> str:
        """The result in words."""
        count = len(self.findings)
        if count:
            return "1 finding" if count == 1 else f"{count} findings"
        return "nothing to test" if self.result == "empty" else self.result

    @property
    def remark(self) -> str | None:
        """What was compared, in words."""
        return self.noted and self.noted.words


def tests(connection: sqlite3.Connection, catalogue: Catalogue, day: date) -> tuple[Test, ...]:
    """Every test with what it found on the day, in the order in which they are made."""
    asked = all_asked(connection, catalogue, day)
    return tuple(_made(asked, *one) for one in TESTS)


def _made(asked: Asked, code: str, question: str, of: _Subjects, judge: _Judge) -> Test:
    subjects = tuple(of(asked))
    said = [one for subject in subjects for one in judge(asked, subject)]
    findings = tuple(one for one in said if isinstance(one, Finding))
    remark = next((one for one in said if isinstance(one, Remark)), None)
    return Test(code, question, findings, bool(subjects), remark)


def _set(decision: Decision, rest: str) -> str:
    system = f" --system {decision.slug}" if decision.system else ""
    return f"govtrack soa set {quoted(decision.control)}{system} {rest}"


def _of(row: Row, code: str, words: str, mend: str) -> Finding:
    one = row.decision
    return Finding(code, one.control, one.slug, words, _set(one, mend))


def _controls(asked: Asked) -> Iterable[Control]:
    return asked.statement.controls


def _rows(asked: Asked) -> Iterable[Row]:
    return asked.rows


def _applicable(asked: Asked) -> Iterator[Row]:
    return (row for row in asked.rows if row.decision.applicable)


def _excluded(asked: Asked) -> Iterator[Row]:
    return (row for row in asked.rows if not row.decision.applicable)


def _implemented(asked: Asked) -> Iterator[Row]:
    return (row for row in _applicable(asked) if row.decision.status == _IMPLEMENTED)


def _not_implemented(asked: Asked) -> Iterator[Row]:
    return (row for row in _applicable(asked) if row.decision.status != _IMPLEMENTED)


def _of_the_aims(asked: Asked) -> Iterator[Row]:
    return (row for row in _implemented(asked) if not row.decision.system and row.proof.total)


def _with_evidence(asked: Asked) -> Iterator[Row]:
    return (row for row in _applicable(asked) if row.proof.total)


def _due(asked: Asked) -> Iterator[Row]:
    return (row for row in _not_implemented(asked) if row.decision.due)


def _risks(asked: Asked) -> Iterator[tuple[Row, str]]:
    """Rows with each risk that they rest on."""
    for row in asked.rows:
        yield from ((row, what) for kind, what in row.decision.because if kind == "risk")


def _records(asked: Asked) -> Iterator[tuple[Row, str]]:
    """Rows with each other record that they rest on."""
    for row in asked.rows:
        for kind, what in row.decision.because:
            if kind != "risk" and _RECORD.fullmatch(what):
                yield row, what


def _treatments(asked: Asked) -> Iterable[Treatment]:
    return asked.treatments


def _differences(asked: Asked) -> Iterator[Difference]:
    return (differing for one in asked.statement.controls for differing in one.differences)


def _the_statement(asked: Asked) -> Iterator[Asked]:
    yield asked


def _the_certificate(asked: Asked) -> Iterator[Asked]:
    if asked.certificate and asked.statement.latest:
        yield asked


def _undecided(_: Asked, one: Control) -> Iterator[Finding]:
    if one.decision is None:
        mend = f"govtrack soa set {quoted(one.control)} --applicable --why TEXT"
        words = f"{one.title}: not decided; applicable or --excluded"
        yield Finding("undecided", one.control, None, words, mend)


def _thin_reason(_: Asked, row: Row) -> Iterator[Finding]:
    why = row.decision.why
    words = re.findall(r"[^\W\d_]+", why.casefold())
    if not set(words) - _EMPTY:
        said = f"'{why}' gives no reason" if words else "no reason is given"
        yield _of(row, "thin-reason", said, "--why TEXT")
    elif not row.decision.applicable and len(words) < LEAST_WORDS and _parts_words(why):
        said = f"'{why}' is too thin a reason for an exclusion"
        yield _of(row, "thin-reason", said, "--why TEXT")


def _parts_words(text: str) -> bool:
    """Whether it is in a script that puts spaces between words, so that they can be counted."""
    return max(text) < "\N{CJK RADICAL REPEAT}"


def _no_ground(_: Asked, row: Row) -> Iterator[Finding]:
    if not row.decision.because and not row.control.risks:
        words = "applicable, and it treats no risk and rests on no law, contract or decision"
        yield _of(row, "no-ground", words, "--because KIND:WHAT")


def _no_owner(_: Asked, row: Row) -> Iterator[Finding]:
    if not row.decision.owner:
        yield _of(row, "no-owner", "applicable, and nobody answers for it", "--owner WHO")


def _no_status(_: Asked, row: Row) -> Iterator[Finding]:
    if not row.decision.status:
        words = "applicable, and how far it is implemented is not said"
        yield _of(row, "no-status", words, "--status WORD")


def _no_evidence(_: Asked, row: Row) -> Iterator[Finding]:
    if not (row.proof.total or row.decision.due):
        words = "applicable, with neither evidence in force nor a day by which it is due"
        yield _of(row, "no-evidence", words, "--due DATE")


def _one_sided(asked: Asked, row: Row) -> Iterator[Finding]:
    """A policy shown for practice, or practice without what it follows.

    What is looked for is what the kinds of evidence for the control are: documents, records, both.
    """
    one = row.decision
    forms = {asked.forms.get(kind, "") for kind in row.proof.kinds}
    missing = asked.wanted.get(one.control, frozenset()) - forms
    if not missing or (one.due and one.due >= asked.day):
        return
    only, other = ("design", "operation") if "record" in missing else ("operation", "design")
    words = f"evidence of {only} only ({', '.join(row.proof.kinds)}), none of {other}"
    mend = _add_evidence(one.control, [one.slug] if one.slug else [])
    yield Finding("one-sided-evidence", one.control, one.slug, words, mend)


def _add_evidence(control: str, slugs: Iterable[str]) -> str:
    systems = "".join(f" --system {slug}" for slug in slugs)
    return f"govtrack add-evidence FILE --kind KIND --supports {control}{systems}"


def _beyond_evidence(asked: Asked, row: Row) -> Iterator[Finding]:
    one = row.decision
    if not row.proof.total:
        words = "implemented, without evidence in force"
        yield _of(row, "beyond-evidence", words, "--status partial --due DATE")
    elif one.due and one.due > asked.day:
        words = f"implemented, yet due on {one.due}"
        yield _of(row, "beyond-evidence", words, "--status planned")


def _of_some_systems(asked: Asked, row: Row) -> Iterator[Finding]:
    one = row.decision
    slugs, others = asked.some_systems.get(one.control, ((), ""))
    if slugs:
        words = (
            f"implemented for the whole AIMS, and none of its evidence in force is about "
            f"{', '.join(slugs)}: all of it is about {others}"
        )
        mend = _add_evidence(one.control, slugs)
        if row.control.additional:
            mend = _set(one, "--how TEXT")
        yield Finding("evidence-of-some-systems", one.control, None, words, mend)


def _overdue(asked: Asked, row: Row) -> Iterator[Finding]:
    one = row.decision
    if one.overdue(asked.day):
        words = (
            f"{one.status or 'no status'}, and was due on {one.due}: put it off, or say "
            "--status implemented once it is"
        )
        yield _of(row, "overdue", words, "--due DATE")


def _without_control(_: Asked, one: Treatment) -> Iterator[Finding]:
    if not one.controlled:
        words = f"treatment {one.number} of '{one.title}' modifies it by no control"
        mend = f"govtrack risk treat {one.risk} --treatment {one.number} --control CONTROL"
        yield Finding("treatment-without-control", one.risk, one.slug, words, mend)


def _treated_by_excluded(_: Asked, row: Row) -> Iterator[Finding]:
    differing = {one.decision.system for one in row.control.differences}
    for risk in row.control.risks:
        differs = risk.system in differing
        mine = row.decision.system == risk.system if differs else row.decision.system is None
        if mine:
            words = f"excluded, yet {risk.id} '{risk.title}' is treated by it"
            mend = including(row.control.control, risk.id, risk.slug)
            one = row.decision
            yield Finding("treated-by-excluded", one.control, one.slug, words, mend)


def _risk_not_open(asked: Asked, ground: tuple[Row, str]) -> Iterator[Finding]:
    row, risk = ground
    state = asked.reasons.get(risk)
    if state != "":
        words = f"rests on {risk}, which is {state or 'not in the register'}"
        yield _of(row, "risk-not-open", words, "--because KIND:WHAT")


def _risk_elsewhere(asked: Asked, ground: tuple[Row, str]) -> Iterator[Finding]:
    row, risk = ground
    one, treated = row.decision, {each.id for each in row.control.risks}
    if one.applicable and asked.reasons.get(risk) == "" and risk not in treated:
        words = f"rests on {risk}, no treatment of which names it"
        mend = (
            f"govtrack risk treat {risk} --option modify --control {quoted(one.control)} "
            "--what TEXT --owner WHO --due DATE"
        )
        yield Finding("risk-elsewhere", one.control, one.slug, words, mend)


def _reason_lapsed(asked: Asked, ground: tuple[Row, str]) -> Iterator[Finding]:
    row, what = ground
    state = asked.reasons.get(what)
    if what.startswith("AD-"):
        held = any(what == one.decision.id for one in asked.rows)
        state = "" if held else "no longer in force"
    if state != "":
        words = f"rests on {what}, which is {state or 'not in the register'}"
        yield _of(row, "reason-lapsed", words, "--because KIND:WHAT")


def _not_approved(asked: Asked, _: object) -> Iterator[Finding]:
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


def _certificate_version(asked: Asked, _: object) -> Iterator[Finding | Remark]:
    latest, certificate = asked.statement.latest, asked.certificate
    if latest is None or certificate is None:
        return
    stands = f"version {certificate.version}" if certificate.version else "no version"
    note = f"note: '{latest.note}'" if latest.note else "no note"
    words = (
        f"version {latest.version} holds; the certificate of {certificate.decided_on} stands on "
        f"{stands} (it {certificate.says}); {note}"
    )
    differs = certificate.version != latest.version
    explained = differs and _explains(latest.note or "", certificate.number, certificate.version)
    yield Remark(words, explained)
    if differs and not explained:
        mend = (
            "govtrack soa approve --by WHO --on DATE --note 'Why it differs from the certificate'"
        )
        said = f"{words}, which does not name the certificate" if latest.note else words
        yield Finding("certificate-version", latest.id, None, said, mend)


def _explains(note: str, number: str | None, version: int | None) -> bool:
    """Whether a note is about the certificate: by that word, its number or its version."""
    folded = note.casefold()
    return (
        "certificate" in folded
        or bool(number and number.casefold() in folded)
        or bool(version and re.search(rf"\b(?:version|v|soa)\W{{0,2}}{version}\b", folded))
    )


def _out_of_scope(asked: Asked, differing: Difference) -> Iterator[Finding]:
    one = differing.decision
    if until := asked.out_of_scope.get(one.system or ""):
        words = f"a difference of {one.slug}, which left the scope on {until}"
        mend = f"govtrack system set {one.slug} --in-scope-to DATE"
        yield Finding("system-out-of-scope", one.control, one.slug, words, mend)


TESTS: tuple[tuple[str, str, _Subjects, _Judge], ...] = (
    ("undecided", "Is every control decided?", _controls, _undecided),
    ("thin-reason", "Does every inclusion and exclusion give a reason?", _rows, _thin_reason),
    ("no-ground", "Does every applicable control treat a risk or rest on something?", _applicable,
     _no_ground),
    ("no-owner", "Does somebody answer for every applicable control?", _applicable, _no_owner),
    ("no-status", "Is it said how far every applicable control is implemented?", _applicable,
     _no_status),
    ("no-evidence",
     "Has every applicable control that is not said to be implemented evidence in force, or a day?",
     _not_implemented, _no_evidence),
    ("one-sided-evidence", "Is there evidence of design and of operation?", _with_evidence,
     _one_sided),
    ("beyond-evidence", "Is no control said to be implemented beyond its evidence?", _implemented,
     _beyond_evidence),
    ("evidence-of-some-systems",
     "Has what is implemented for the whole AIMS evidence about every system?",
     _of_the_aims, _of_some_systems),
    ("overdue", "Is nothing past its day?", _due, _overdue),
    ("treatment-without-control", "Does every treatment that modifies name a control?", _treatments,
     _without_control),
    ("treated-by-excluded", "Is no risk treated by an excluded control?", _excluded,
     _treated_by_excluded),
    ("risk-not-open", "Is every risk that a control rests on there and open?", _risks,
     _risk_not_open),
    ("risk-elsewhere", "Is every such risk treated by the control?", _risks, _risk_elsewhere),
    ("reason-lapsed", "Is every record that a decision rests on still in force?", _records,
     _reason_lapsed),
    ("not-approved", "Is what holds what was approved?", _the_statement, _not_approved),
    ("certificate-version", "Is the version that of the certificate, or explained?",
     _the_certificate, _certificate_version),
    ("system-out-of-scope", "Is every system that differs still in scope?", _differences,
     _out_of_scope),
)  # fmt: skip
"""The tests: code, question, what is tested, how each of it is judged."""

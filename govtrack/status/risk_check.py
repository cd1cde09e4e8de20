"""What is amiss in the risk register on a day, by name, each with the command that mends it.

One check for both frameworks: what 6.1.2, 6.1.3, 8.2 and 8.3 ask of the risk process is what
MAP 4, MEASURE 1 to 3 and MANAGE 1 ask (`risk-method.yaml` says which finding speaks against what).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.status.findings import Finding, including
from govtrack.status.risk_traces import only_elsewhere

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.status.criteria import Adopted
    from govtrack.status.risk_rows import RiskRow
    from govtrack.status.risk_traces import Trace

FINDINGS = {
    "no-criteria": "no AI risk criteria in force",
    "older-criteria": "assessed by criteria no longer in force, and not since",
    "system-without-risk": "system in scope without a risk",
    "no-genai-risk": "generative system without a risk from NIST AI 600-1",
    "no-source": "risk without a source",
    "not-assessed": "risk without an assessment",
    "review-overdue": "assessment overdue",
    "above-without-treatment": "above the acceptable level without a treatment",
    "treatment-without-control": "treatment that modifies, without a control",
    "control-excluded": "control excluded by the decision in force",
    "control-undecided": "control without a decision on its applicability",
    "no-evidence": "control without confirmed evidence in force",
    "no-owner": "treatment without an owner",
    "no-due": "treatment without a due day",
    "treatment-overdue": "treatment overdue",
    "residual-not-accepted": "residual risk not accepted",
    "acceptance-lapsed": "acceptance lapsed",
    "accepted-by-assessor": "accepted by who assessed it",
}
"""Every finding by its code, in the order in which the process meets them."""

_SYSTEMS = """
SELECT id, slug, generative FROM ai_system
WHERE coalesce(in_scope_from, '') <= :day AND (in_scope_to IS NULL OR in_scope_to >= :day)
ORDER BY key
"""


def findings(
    connection: sqlite3.Connection,
    day: date,
    criteria: Adopted | None,
    risks: Iterable[RiskRow],
    traces: Iterable[Trace],
    systems: tuple[str, ...] = (),
) -> tuple[Finding, ...]:
    """Everything amiss with `risks` (read with their steps), in the order of `FINDINGS`.

    Closed risks are left alone. With `systems` (ids) only these are asked for their risks.
    """
    open_ = [one for one in risks if one.status != "closed"]
    found = [] if criteria else [_no_criteria(day)]
    for risk in open_:
        found += _of_risk(risk, day)
        for treatment in risk.treated:
            found += _of_treatment(risk, treatment, day)
        found += _of_acceptance(risk)
    still = {one.id: one for one in open_}
    for trace in traces:
        if trace.risk in still:
            found += _of_trace(trace, still[trace.risk])
    rows = connection.execute(_SYSTEMS, {"day": day.isoformat()})
    found += _of_systems([row for row in rows if not systems or row[0] in systems], open_)
    order = list(FINDINGS)
    return tuple(sorted(found, key=lambda one: (order.index(one.code), one.about or "")))


def _no_criteria(day: date) -> Finding:
    words = f"no AI risk criteria are in force on {day}: nothing can be assessed"
    mend = "govtrack criteria set --in-force-from DATE --decided-by WHO"
    return Finding("no-criteria", None, None, words, mend)


def _of(risk: RiskRow, code: str, words: str, mend: str) -> Finding:
    return Finding(code, risk.id, risk.slug, words, mend)


def _of_risk(risk: RiskRow, day: date) -> Iterator[Finding]:
    assess = f"govtrack risk assess {risk.id} --likelihood WORD --consequence-rating WORD"
    if not risk.sources:
        words = f"'{risk.title}' names no subcategory or GenAI risk that it was identified from"
        yield _of(risk, "no-source", words, f"govtrack risk set {risk.id} --source REF")
    if risk.assessed_on is None:
        words = f"'{risk.title}', identified on {risk.identified_on}, is not assessed"
        yield _of(risk, "not-assessed", words, assess)
        return
    if risk.older_criteria:
        words = (
            f"assessed on {risk.assessed_on} by {risk.assessed_criteria}, which is no longer in "
            f"force on {day}"
        )
        yield _of(risk, "older-criteria", words, assess)
    if risk.review_overdue:
        words = f"was to be assessed again by {risk.next_review} (8.2)"
        yield _of(risk, "review-overdue", words, f"{assess} --why 'planned interval'")
    if untreated := _not_treated(risk):
        mend = f"govtrack risk treat {risk.id} --option WORD --what TEXT --owner WHO --due DATE"
        yield _of(risk, "above-without-treatment", untreated, mend)


def _not_treated(risk: RiskRow) -> str | None:
    """How a risk above the acceptable level has no treatment for it: none, or none since."""
    if not risk.above_acceptable or risk.assessed_on is None:
        return None
    if not risk.treatments:
        return f"stands at {risk.level}, above {risk.acceptable}, and nothing is done about it"
    last = max(one["decided_on"] for one in risk.treated)
    if risk.assessed_on <= last or risk.covered or not _risen(risk, last):
        return None
    return f"assessed {risk.level} on {risk.assessed_on}, after its last treatment was decided"


def _risen(risk: RiskRow, since: str) -> bool:
    """Whether it stands higher than what was known on that day, or nothing was known then.

    A risk that is found as high again while its treatment is under way was treated all the same.
    """
    known = [one for one in risk.assessed if one["assessed_on"] <= since]
    return not known or (risk.assessed[-1]["rank"] or 0) > (known[-1]["rank"] or 0)


def _of_treatment(risk: RiskRow, one: dict[str, object], day: date) -> Iterator[Finding]:
    retained = one["option"] == "retain"
    name = f"treatment {one['number']} ({one['option']})"
    mend = f"govtrack risk treat {risk.id} --treatment {one['number']}"
    if one["option"] == "modify" and not one["controls"]:
        words = f"{name} names no control"
        yield _of(risk, "treatment-without-control", words, f"{mend} --control CONTROL")
    if not one["owner"]:
        yield _of(risk, "no-owner", f"{name} has no owner", f"{mend} --owner WHO")
    if one["done_on"] or retained:
        return
    if not one["due"]:
        yield _of(risk, "no-due", f"{name} has no due day", f"{mend} --due DATE")
    elif str(one["due"]) < day.isoformat():
        first = one["first_due"]
        late = f", first due {first}" if first != one["due"] else ""
        words = f"{name} was due on {one['due']}{late}"
        yield _of(risk, "treatment-overdue", words, f"{mend} --done DATE")


def _of_acceptance(risk: RiskRow) -> Iterator[Finding]:
    accept = f"govtrack risk accept {risk.id} --by WHO --until DATE --why TEXT"
    if risk.acceptance_lapsed:
        words = f"the acceptance by {risk.accepted_by} ended on {risk.accepted_until}"
        yield _of(risk, "acceptance-lapsed", words, accept)
    elif risk.status == "treated" and risk.assessed_on:
        earlier = ""
        if risk.accepted_on:
            earlier = f"; {risk.accepted_by} accepted {risk.accepted_level} on {risk.accepted_on}"
        words = f"all treatments are done and nobody accepted the {risk.level} risk left{earlier}"
        yield _of(risk, "residual-not-accepted", words, accept)
    if risk.accepted_by is None:
        return
    assessors = {
        one["assessed_by"].casefold()
        for one in risk.assessed
        if one["assessed_on"] <= (risk.accepted_on or "")
    }
    if risk.accepted_by.casefold() in assessors:
        words = f"{risk.accepted_by} assessed the risk and accepted it on {risk.accepted_on}"
        yield _of(risk, "accepted-by-assessor", words, accept)


def _of_trace(trace: Trace, risk: RiskRow) -> Iterator[Finding]:
    control = trace.control
    if control is None:
        return
    name = f"treatment {trace.treatment} rests on {control.ref}"
    system = f" --system {risk.slug}" if risk.slug else ""
    if control.applicable is None:
        words = f"{name}, on which nothing is decided"
        yield _of(risk, "control-undecided", words, including(control.ref, risk.id, None))
    elif not control.applicable:
        words = f"{name}, which {control.decision} excludes: {control.why}"
        yield _of(risk, "control-excluded", words, including(control.ref, risk.id, risk.slug))
    if not control.evidence and not control.own:
        elsewhere = only_elsewhere(control, risk.slug)
        words = f"{name}, for which no confirmed evidence is in force"
        words += f": {elsewhere}" if elsewhere else ""
        mend = f"govtrack add-evidence FILE --kind KIND --supports {control.ref}{system}"
        yield _of(risk, "no-evidence", words, mend)


def _of_systems(rows: Iterable[sqlite3.Row], open_: list[RiskRow]) -> Iterator[Finding]:
    with_risk = {one.system for one in open_}
    with_genai = {
        one.system for one in open_ if any(ref.startswith("genai:") for ref in one.sources)
    }
    for identifier, slug, generative in rows:
        mend = f"govtrack risk suggest --system {slug}"
        if generative and identifier not in with_genai:
            words = f"{slug} is generative; none of its risks comes from NIST AI 600-1"
            yield Finding("no-genai-risk", identifier, slug, words, mend)
        elif identifier not in with_risk:
            words = f"{slug} is in scope and has no risk on record"
            yield Finding("system-without-risk", identifier, slug, words, mend)

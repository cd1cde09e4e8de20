"""Document 23: the AI risk register and treatment plan, as a page, a print, sheets and data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from govtrack.catalog.vocabulary import Wording
from govtrack.packs import paper
from govtrack.packs.data_files import table
from govtrack.packs.paper_book import book
from govtrack.packs.sheet import Sheet
from govtrack.status.risk_rows import FLAGS
from govtrack.status.risks import register_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.packs.sheet import Columns
    from govtrack.status.risk_rows import RiskRow
    from govtrack.status.risks import Register
    from govtrack.workspace import Workspace

FORMS = ("html", "pdf", "xlsx", "csv", "json")
TITLE = "AI risk register and treatment plan"
NUMBER = "23"
REGISTER_SHEET = "23 Risk register"
TREATMENT_SHEET = "23 Treatment plan"

REGISTER_COLUMNS = (
    "id", "reference", "title", "system", "cause", "event", "consequence", "affects", "source",
    "owner", "identified_on", "likelihood", "consequence_rating", "assessed_level", "assessed_on",
    "assessed_by", "criteria", "next_review", "assessments", "level", "acceptable", "status",
    "flags", "accepted_level", "accepted_by", "accepted_on", "accepted_until",
    "acceptance", "closed_on", "closed_why",
)  # fmt: skip
TREATMENT_COLUMNS = (
    "risk", "title", "system", "treatment", "option", "what", "controls", "evidence", "owner",
    "decided_on", "due", "first_due", "done_on", "state", "residual_likelihood",
    "residual_consequence", "residual_level", "accepted_level", "accepted_by", "accepted_on",
    "accepted_until", "acceptance",
)  # fmt: skip


def sheets(found: Register) -> tuple[Sheet, Sheet]:
    """The sheet of the register, a row a risk, and that of the plan, a row a treatment."""
    return (
        Sheet(REGISTER_SHEET, _columns(REGISTER_COLUMNS), _register_rows(found)),
        Sheet(TREATMENT_SHEET, _columns(TREATMENT_COLUMNS), _treatment_rows(found)),
    )


def written(
    connection: sqlite3.Connection,
    space: Workspace,
    catalogue: Catalogue,
    found: Register,
    form: str,
) -> bytes:
    """The document in one of `FORMS`; CSV is the register's sheet alone."""
    if form == "json":
        return f"{json.dumps(register_json(found), ensure_ascii=False, indent=2)}\n".encode()
    if form == "csv":
        return table(REGISTER_COLUMNS, _register_rows(found))
    if form == "xlsx":
        return book(TITLE, found.as_of, sheets(found))
    html = page(connection, space, catalogue, found)
    return html.encode() if form == "html" else paper.printed(html, found.as_of)


def page(
    connection: sqlite3.Connection, space: Workspace, catalogue: Catalogue, found: Register
) -> str:
    """The page of the document by itself."""
    adopted = found.criteria
    criteria = adopted and f"{adopted.id}, version {adopted.version}, from {adopted.in_force_from}"
    systems = ", ".join(found.systems) or "all, and risks of the whole AIMS"
    head = paper.head(
        connection, space, TITLE, found.as_of, number=NUMBER, landscape=True,
        facts=(("Criteria in force", criteria), ("AI systems", systems)),
    )  # fmt: skip
    values = {"paper": found, "words": Wording(catalogue.terms, space.vocabulary)}
    return paper.page("risk/page.html.j2", head, values, space.templates)


def _register_rows(found: Register) -> Iterator[tuple[object, ...]]:
    for one in found.risks:
        yield (
            one.id, one.reference, one.title, one.slug or "", one.cause, one.event,
            one.consequence, "; ".join(one.affected), "; ".join(one.sources), one.owner,
            one.identified_on, one.likelihood, one.consequence_rating, one.assessed_level,
            one.assessed_on, one.assessed_by, one.assessed_criteria,
            None if one.closed_on else one.next_review,
            one.assessments, one.level, one.acceptable, one.status,
            "; ".join(FLAGS[name] for name in one.flags), one.accepted_level, one.accepted_by,
            one.accepted_on, one.accepted_until, one.acceptance, one.closed_on, one.closed_why,
        )  # fmt: skip


def _treatment_rows(found: Register) -> Iterator[tuple[object, ...]]:
    evidence: dict[tuple[str, int], list[str]] = {}
    for trace in found.traces:
        shown = evidence.setdefault((trace.risk, trace.treatment), [])
        if trace.control:
            shown.extend(one for one in trace.control.evidence if one not in shown)
    for one in found.risks:
        for step in one.treated:
            yield (
                one.id, one.title, one.slug or "", step["number"], step["option"], step["what"],
                "; ".join(step["controls"]),
                "; ".join(evidence.get((one.id, step["number"]), ())), step["owner"],
                step["decided_on"], step["due"], step["first_due"], step["done_on"],
                _state(one, step, found.as_of.isoformat()),
                step["residual_likelihood"], step["residual_consequence"], step["residual_level"],
                one.accepted_level, one.accepted_by, one.accepted_on, one.accepted_until,
                one.acceptance,
            )  # fmt: skip


def _state(one: RiskRow, step: dict[str, Any], day: str) -> str:
    """How far a treatment is: done, retained (to retain is to decide it), overdue or open."""
    if step["done_on"]:
        return "done"
    if step["option"] == "retain":
        return "retained"
    late = step["due"] and step["due"] < day and one.status != "closed"
    return "overdue" if late else "open"


def _columns(names: tuple[str, ...]) -> Columns:
    return tuple((name.replace("_", " "), _width(name)) for name in names)


def _width(column: str) -> int:
    wide = {"title", "cause", "event", "consequence", "what", "flags", "acceptance", "closed_why"}
    return 40 if column in wide else max(13, len(column) + 3)

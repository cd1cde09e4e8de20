"""`govtrack risk list|show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli.changes import catalogue_of
from govtrack.cli.options import as_of_option, current_workspace, json_option, recorded_by_option
from govtrack.cli.output import answer_json, say, table
from govtrack.errors import closest, not_one_of, refuse, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.risk_rows import RiskRow

LIST = "govtrack.risks/1"
SHOW = "govtrack.risk/1"
_BARS = "▁▂▃▄▅▆▇█"


@click.command("list")
@click.option("--system", metavar="SYSTEM", help="Only of this AI system (slug or id).")
@click.option("--level", metavar="WORD", help="Only at this level.")
@click.option("--status", metavar="WORD",
              help="identified, assessed, in-treatment, treated, accepted or closed.")  # fmt: skip
@click.option("--open", "only_open", is_flag=True, help="Only what is not closed.")
@click.option("--overdue", is_flag=True,
              help="Only with a review or treatment overdue, or an acceptance lapsed.")  # fmt: skip
@as_of_option
@recorded_by_option
@json_option
def list_(
    *,
    system: str | None,
    level: str | None,
    status: str | None,
    only_open: bool,
    overdue: bool,
    as_of: date | None,
    recorded_by: date | None,
    as_json: bool,
) -> None:
    r"""List risks with their level and status on a day.

    \b
    Examples:
      govtrack risk list --open
      govtrack risk list --system triage --level high --as-of 2025-12-31 --json
    """
    from govtrack.register.reader import reading
    from govtrack.status import risk_rows
    from govtrack.status.systems import named

    if status is not None and status not in risk_rows.STATUSES:
        message, nearest = (
            not_one_of(status, risk_rows.STATUSES),
            closest(status, risk_rows.STATUSES),
        )
        raise refuse(message, field="--status", nearest=nearest)
    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        if level is not None:
            risk_rows.known_level(connection, level)
        wanted = risk_rows.Wanted(
            system and named(connection, system), level, status, only_open, overdue
        )
        found = risk_rows.standing(connection, day, wanted)
    if as_json:
        answer_json(
            {
                "format": LIST,
                "as_of": day.isoformat(),
                "recorded_by": recorded_by and recorded_by.isoformat(),
                "risks": list(map(risk_rows.as_json, found)),
            }
        )
        return
    if not found:
        say("No such risks. 'govtrack risk suggest --system SYSTEM' gives starting points.")
        return
    table(
        ("id", "level", "status", "title", "system", "owner", "next review", "flags"),
        [
            (one.id, one.level, one.status, one.title, one.slug or "AIMS", one.owner,
             one.next_review, "; ".join(risk_rows.FLAGS[name] for name in one.flags))
            for one in found
        ],
    )  # fmt: skip


@click.command()
@click.argument("risk", metavar="RISK")
@as_of_option
@recorded_by_option
@json_option
def show(risk: str, *, as_of: date | None, recorded_by: date | None, as_json: bool) -> None:
    r"""Show RISK (its id or your reference): every assessment, treatment, acceptance, the trend.

    \b
    Examples:
      govtrack risk show R-2026-0001
      govtrack risk show R-2026-0001 --as-of 2025-12-31 --json
    """
    from govtrack.catalog.vocabulary import Wording
    from govtrack.register.nouns import NOUNS, id_of
    from govtrack.register.reader import reading
    from govtrack.status import risk_rows

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        key = risk_rows.named(connection, risk)
        found = risk_rows.standing(connection, day, key=key, steps=True)
    if not found:
        identifier = id_of(NOUNS["risk"], key)
        raise refuse(f"{identifier} was not identified yet on {day}", field="--as-of")
    (one,) = found
    if as_json:
        answer_json({"format": SHOW, "as_of": day.isoformat(), **risk_rows.whole(one)})
        return
    _shown(one, Wording(catalogue_of(space).terms, space.vocabulary))


def _shown(one: RiskRow, words: Wording) -> None:
    from govtrack.status.risk_rows import FLAGS

    say(f"{one.id}  {visible(one.title)}")
    level = f"{one.level} (acceptable: {one.acceptable or '-'})" if one.level else None
    for label, value in (
        ("status", one.status), ("level", level), ("trend", _trend(one)),
        ("flags", "; ".join(FLAGS[name] for name in one.flags)),
        ("system", (one.slug and f"{one.slug} ({one.system})") or "the whole AIMS"),
        ("cause", one.cause), ("event", one.event), ("consequence", one.consequence),
        ("affects", ", ".join(one.affected)), ("source", ", ".join(one.sources)),
        ("owner", one.owner), ("reference", one.reference),
        ("identified on", one.identified_on), ("next review", one.next_review),
        ("closed on", one.closed_on and f"{one.closed_on}: {one.closed_why}"),
        ("recorded on", one.recorded_on),
    ):  # fmt: skip
        say(f"  {label:14} {visible(value) if value else '-'}")
    _part("Assessments", one.assessed, (
        ("on", "assessed_on"), ("by", "assessed_by"), (words.plain("likelihood"), "likelihood"),
        (words.plain("consequence"), "consequence"), ("level", "level"), ("criteria", "criteria"),
        ("why", "why"), ("next review", "next_review"),
    ))  # fmt: skip
    _part(words.heading("risk-treatment"), one.treated, (
        ("no", "number"), ("option", "option"), ("what", "what"), ("controls", "controls"),
        ("owner", "owner"), ("decided on", "decided_on"), ("due", "due"),
        ("first due", "first_due"), ("done on", "done_on"), ("residual", "residual_level"),
    ))  # fmt: skip
    _part("Acceptances", one.accepted, (
        ("on", "accepted_on"), ("by", "accepted_by"), ("level", "level"), ("until", "until"),
        ("why", "why"),
    ))  # fmt: skip


def _part(title: str, rows: Any, columns: tuple[tuple[str, str], ...]) -> None:
    say()
    if not rows:
        say(f"{title}: none recorded")
        return
    say(f"{title}:")
    table([label for label, _ in columns], [[row[name] for _, name in columns] for row in rows])


def _trend(one: RiskRow) -> str | None:
    """Each assessment's level as a bar and in words, the earliest first."""
    if len(one.assessed) < 2:  # noqa: PLR2004  (one point is no trend)
        return None
    bars = "".join(
        _BARS[round((step["rank"] - 1) * (len(_BARS) - 1) / max(1, step["of"] - 1))]
        for step in one.assessed
    )
    return f"{bars}  {' > '.join(step['level'] for step in one.assessed)}"

"""`govtrack log`: the trail in words."""

from __future__ import annotations

import click

from govtrack import clock
from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, say, table
from govtrack.errors import refuse, visible


@click.command()
@click.argument("identifier", metavar="[ID]", required=False)
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the newest N entries.")
@json_option
def log(identifier: str | None, *, last: int | None, as_json: bool) -> None:
    r"""What was recorded, by whom and when: of the whole register, or of one record.

    \b
    Examples:
      govtrack log --last 20
      govtrack log EV-2025-0001
    """
    from govtrack.register.reader import reading
    from govtrack.status.history import changes, exists

    space = current_workspace()
    with reading(space) as connection:
        if identifier is not None:
            identifier = _identified(identifier)
            if not exists(connection, identifier):
                raise refuse(f"the trail has no entry of {visible(identifier)}", field="ID")
        found = changes(connection, identifier, last)
    if as_json:
        answer_json({"format": "govtrack.log/1", "entries": found})
        return
    zone = space.zone
    table(
        ("entry", "at", "what", "of", "title", "by", "why"),
        [
            (
                change["seq"],
                clock.instant(change["at"]).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
                _words(change["action"], change["changed"]),
                change["subject"],
                change["title"],
                change["actor"],
                change["reason"],
            )
            for change in found
        ],
    )
    if not found:
        say("No entries.")


def _identified(text: str) -> str:
    """An id as it stands in the trail; the workspace's own id is taken as it is."""
    from govtrack.register.nouns import BY_CODE, id_of, key_of

    if "/" in text:
        return text
    key = key_of(text, field="ID")
    return id_of(BY_CODE[text.strip().upper().partition("-")[0]], key)


def _words(action: str, changed: dict[str, object]) -> str:
    noun, _, deed = action.partition(".")
    fields = f": {', '.join(changed)}" if changed else ""
    return f"{noun.replace('_', ' ')} {deed.replace('_', ' ')}{fields}"

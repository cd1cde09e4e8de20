"""`govtrack trail key list|export`: the keys, their states, their public halves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.files import put
from govtrack.cli.options import as_of_option, current_workspace, json_option
from govtrack.cli.output import answer_json, say, table, talk
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from govtrack.status.trail_state import Key
    from govtrack.trail import note


RENAMED = (
    "note: an older store was restored, so the key signs under another name, and its line is "
    "another than before; the fingerprint is the same. Give this line to whoever holds the earlier "
    "one: govtrack takes either, other tools only the one that names the trail as it is now"
)


@click.command(name="list")
@as_of_option
@json_option
def list_(*, as_of: date | None, as_json: bool) -> None:
    r"""List the trail's signing keys: since when, how they came, whether they sign still.

    \b
    Examples:
      govtrack trail key list
      govtrack trail key list --as-of 2025-12-31 --json
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status import trail_state

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space) as connection:
        found = trail_state.signing_keys(connection, day, space)
        strays = trail_state.strays(connection)
    for path in strays:
        talk(f"note: {visible(str(path))}: no record names this key; an interrupted command may "
             "have left it")  # fmt: skip
    if as_json:
        answer_json({
            "format": "govtrack.trail-keys/1",
            "as_of": day.isoformat(),
            "keys": [key._asdict() for key in found],
        })  # fmt: skip
        return
    if not found:
        say("This trail had no signing key on that day." if as_of else "This trail has no key.")
        return
    columns = ("id", "state", "how", "since", "until", "fingerprint", "here")
    table(columns, map(_row, found))


def _row(key: Key) -> tuple[object, ...]:
    here = {True: "yes", False: "no", None: "not known"}[key.here]
    until = key.revoked_at or key.retired_on
    return key.id, key.state, key.how, key.added_on, until, key.fingerprint, here


@click.command()
@click.argument("identifier", metavar="[KEY]", required=False)
@click.option("--pem", is_flag=True, help="As PEM, for openssl. Default: the vkey line.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file that is not there yet.")
def export(identifier: str | None, *, pem: bool, output: str | None) -> None:
    r"""Write the public half of KEY (default: the key in force), for whoever verifies.

    The line is what 'govtrack verify --key' and the C2SP tools read, PEM what openssl reads.
    Nothing private is ever written. Give it to your auditor by another road than the trail itself.

    \b
    Examples:
      govtrack trail key export
      govtrack trail key export KEY-2025-0001 --pem -o trail-key.pem
    """
    from govtrack.register import journal
    from govtrack.register.reader import reading
    from govtrack.trail import note, signing

    with reading(current_workspace()) as connection:
        name, verifier = _named(connection, identifier)
        first = journal.first_origin(connection)
    if pem:
        written = signing.public_pem(verifier.public).decode()
    else:
        written = f"{note.vkey(verifier.name, verifier.public)}\n"
    if output:
        put(Path(output), written.encode())
    else:
        click.echo(written, nl=False)
    to = f", written to {visible(output)}" if output else ""
    talk(f"{name}, {note.fingerprint(verifier)}{to}")
    if verifier.name != first:
        talk(RENAMED)


def _named(connection: sqlite3.Connection, identifier: str | None) -> tuple[str, note.Verifier]:
    """The key's id and its public half; that in force under the name it signs with now."""
    from govtrack.register import journal, keys
    from govtrack.register.nouns import NOUNS, id_of, key_of
    from govtrack.trail import note

    active = keys.active(connection)
    noun = NOUNS["signing_key"]
    wanted = id_of(noun, key_of(identifier, noun, field="KEY")) if identifier else None
    if active and wanted in (None, active.id):
        public, name = active.verifier.public, journal.origin(connection)
        return active.id, note.parsed_vkey(note.vkey(name, public))
    row = connection.execute("SELECT vkey FROM signing_key WHERE id = ?", [wanted]).fetchone()
    if row is None:
        ids = [one for (one,) in connection.execute("SELECT id FROM signing_key ORDER BY key")]
        known = f"there are {', '.join(ids)}" if ids else "this trail has no signing key"
        raise refuse(f"there is no key {wanted or 'in force'}: {known}", field="KEY")
    return str(wanted), note.parsed_vkey(row[0])

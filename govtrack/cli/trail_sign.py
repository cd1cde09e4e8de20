"""`govtrack trail sign`: sign what was recorded where the key was not at hand."""

from __future__ import annotations

import click

from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, plural, say, talk
from govtrack.cli.passphrases import opening, passphrase_option
from govtrack.errors import visible


@click.command()
@passphrase_option
@json_option
def sign(*, passphrase_fd: str | None, as_json: bool) -> None:
    r"""Sign the entries after the newest checkpoint: a checkpoint over all there is, no entry.

    Entries that were recorded where the key is not are signed here, by whoever holds it. Their
    recorders are named: look at what they recorded before you sign it ('govtrack log'). A file
    trail/checkpoint that is damaged, older or gone is written again from the register.

    \b
    Examples:
      govtrack trail sign
      govtrack trail sign --passphrase-fd 3 3< passphrase.txt
    """
    from govtrack.register import beside, checkpoints, journal, tail
    from govtrack.register.reader import reading
    from govtrack.trail.note import encoded, fingerprint

    space = current_workspace()
    with reading(space) as connection:
        first = journal.first_origin(connection)
        stands = checkpoints.stated(connection)
    mended = beside.written_again(space)
    for one in mended:
        talk(f"note: {visible(one)}")
    done = tail.sign(space, opening(first, passphrase_fd))
    for note in done.notes if done else ():
        talk(f"note: {visible(note)}")
    signed = done.stated if done else stands
    if as_json:
        answer_json({
            "format": "govtrack.trail-sign/1",
            "signed": done is not None,
            "origin": signed.origin,
            "size": signed.size,
            "root": encoded(signed.root),
            "fingerprint": fingerprint(done.key) if done else None,
            "file": mended[0] if mended else None,
            "entries": [
                {"actor": actor, "entries": count}
                for actor, count in (done.entries if done else ())
            ],
        })  # fmt: skip
        return
    if done is None:
        over = "the only entry" if stands.size == 1 else f"all {stands.size} entries"
        say(f"Nothing to sign: the newest checkpoint is over {over}.")
        return
    count = plural(sum(number for _, number in done.entries), "entry", "entries")
    by = ", ".join(f"{visible(actor)} ({number})" for actor, number in done.entries)
    say(f"Signed {visible(done.stated.origin)} at size {done.stated.size}")
    say(f"  root {encoded(done.stated.root)}")
    say(f"  by {fingerprint(done.key)}, over {count} more: {by}")

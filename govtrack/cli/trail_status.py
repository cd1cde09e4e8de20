"""`govtrack trail status`: how the trail stands, without verifying it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, plural, say
from govtrack.errors import visible

if TYPE_CHECKING:
    from govtrack.status.trail_state import Attested, Authority, Key, TrailState

ASKED = {"day": "once a day", "change": "at each change", "asked": "only by 'govtrack trail stamp'"}
"""When an authority is asked, in words."""
UNVERIFIED = "Nothing of this is verified: run 'govtrack verify'."


@click.command()
@json_option
def status(*, as_json: bool) -> None:
    r"""Size and root, what is signed, the keys, what this machine remembers, stamps, cosignatures.

    It says what stands in the register and in this machine's files. Whether any of it holds, and
    how far that reaches, 'govtrack verify' says.

    \b
    Examples:
      govtrack trail status
      govtrack trail status --json
    """
    from govtrack.register.reader import reading
    from govtrack.status.trail_state import trail_state

    space = current_workspace()
    with reading(space) as connection:
        found = trail_state(connection, space)
    if as_json:
        answer_json(_shown(found))
        return
    say(f"Trail {visible(found.origin)}")
    say(f"  size {found.size}, root {found.root}")
    say(_signed(found))
    for key in found.keys:
        say(f"  {key.id} {_state(key)}, {key.fingerprint}{_here(key)}")
    say(_memory(found))
    none = "" if found.authorities else "; govtrack.toml names no time-stamping authority"
    say(f"Stamps: {_attested(found.stamps)}{none}")
    for authority in found.authorities:
        say(f"  {_authority(authority)}")
    say(f"Cosignatures: {_attested(found.cosignatures)}")
    say(UNVERIFIED)


def _signed(found: TrailState) -> str:
    if not found.keys:
        return "Not signed: this trail has no key ('govtrack trail key new' makes one)"
    after = plural(found.unsigned, "entry", "entries")
    if found.signed is not None and not found.unsigned:
        return f"Signed at size {found.signed}, all of it"
    signs = f"'govtrack trail sign' signs{_where(found.keys)}"
    if found.signed is None:
        return f"Not signed yet: {after} ({signs})"
    return f"Signed at size {found.signed}; unsigned: {after} after it ({signs})"


def _where(keys: tuple[Key, ...]) -> str:
    """Where it signs, if that is not here."""
    in_force = next((key for key in reversed(keys) if key.state == "in force"), None)
    if in_force is None or in_force.here is not False:
        return ""
    return f", where {in_force.id} is; its private half is not on this machine"


def _state(key: Key) -> str:
    if key.revoked_at:
        return f"revoked from {key.revoked_at} on"
    if key.retired_on:
        return f"retired on {key.retired_on}"
    return f"{key.state} since {key.added_on}"


def _here(key: Key) -> str:
    if key.here is None:
        return ""
    return ", its private half is on this machine" if key.here else ""


def _authority(one: Authority) -> str:
    last = f"stamped size {one.size} at {one.at}" if one.at else "no stamp yet"
    failed = f"; gave none at {one.failed_at}" if one.failed_at else ""
    waiting = "; the newest checkpoint waits for it ('govtrack trail stamp')" if one.waiting else ""
    return f"{visible(one.name)}, asked {ASKED[one.stamp]}: {last}{failed}{waiting}"


def _memory(found: TrailState) -> str:
    kept = found.memory
    if kept.trouble:
        return f"Memory outside: cannot be used: {visible(kept.trouble)}"
    if kept.size is None:
        return f"Memory outside: none on this machine ({visible(kept.place)})"
    behind = ": the store is behind it" if kept.size > found.size else ""
    return f"Memory outside: size {kept.size}, kept {kept.seen} in {visible(kept.place)}{behind}"


def _attested(found: Attested) -> str:
    if not found.number:
        return "none"
    at = f" at {found.at}" if found.at else ""
    return f"{found.number}, the newest of size {found.size} by {visible(str(found.who))}{at}"


def _shown(found: TrailState) -> dict[str, object]:
    return {
        "format": "govtrack.trail-status/1",
        "origin": found.origin,
        "size": found.size,
        "root": found.root,
        "signed": found.signed,
        "signed_at": found.signed_at,
        "unsigned": found.unsigned,
        "keys": [key._asdict() for key in found.keys],
        "memory": found.memory._asdict(),
        "stamps": found.stamps._asdict(),
        "authorities": [one._asdict() for one in found.authorities],
        "cosignatures": found.cosignatures._asdict(),
        "verified": False,
    }

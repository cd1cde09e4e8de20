"""Passphrases of keys: from a descriptor, or asked for on a terminal. They are never shown."""

from __future__ import annotations

import sys

import click

from govtrack.cli.output import on_terminal
from govtrack.errors import refuse

FIELD = "--passphrase-fd"
passphrase_option = click.option(
    FIELD, metavar="N", help="Read the passphrase of the key from this open file descriptor."
)
ask_option = click.option(
    "--ask", is_flag=True, help="Ask for the new key's passphrase, on the terminal."
)


def given(descriptor: str | None) -> bytes | None:
    """What stands on the descriptor of the option, else of `GOVTRACK_PASSPHRASE_FD`, if any."""
    from govtrack.register import keys

    found = keys.passphrase_from(descriptor) if descriptor else keys.passphrase_given()
    if found == b"":
        raise refuse("gives an empty passphrase", field=(descriptor and FIELD) or keys.PASSPHRASE)
    return found


def opening(first_origin: str, descriptor: str | None) -> bytes | None:
    """The passphrase that opens this machine's key; asked for where there is a person to ask."""
    from govtrack.register import keys

    found = given(descriptor)
    if found is None and on_terminal(sys.stdin) and keys.sealed(first_origin):
        asked: str = click.prompt("Passphrase of the signing key", hide_input=True, err=True)
        return asked.encode()
    return found


def new(descriptor: str | None, *, ask: bool) -> bytes | None:
    """The passphrase to put a new key under; None for none."""
    if not ask:
        return given(descriptor)
    if descriptor:
        raise refuse("is either asked for or read from a descriptor", field="--ask")
    if not on_terminal(sys.stdin):
        raise refuse(f"there is no terminal to ask on; {FIELD} reads it from elsewhere",
                     field="--ask")  # fmt: skip
    asked: str = click.prompt(
        "Passphrase of the new key", hide_input=True, confirmation_prompt=True, err=True
    )
    return asked.encode()

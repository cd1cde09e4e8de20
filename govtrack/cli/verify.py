"""`govtrack verify`: prove that register, trail and objects agree, and by whose word."""

from __future__ import annotations

from pathlib import Path

import click

from govtrack.cli.held import holding
from govtrack.cli.options import json_option
from govtrack.errors import refuse


class Share(click.ParamType["float"]):
    """A part of a whole in per cent, `5%`, as a number above 0 and up to 1."""

    name = "share"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> float:
        """The share, or a refusal naming the option."""
        text = str(value)
        number = text.removesuffix("%").strip()
        plain = number.replace(".", "", 1)
        share = float(number) / 100 if plain.isascii() and plain.isdigit() else 0.0
        if not text.endswith("%") or not 0 < share <= 1:
            raise refuse(
                f"'{text}' is no share such as 5%, above 0% and up to 100%",
                field=param.opts[0] if param else "share",
            )
        return share


@click.command()
@click.argument("pack", required=False, type=click.Path(exists=True, path_type=Path))
@holding
@click.option(
    "--require-signed",
    is_flag=True,
    help="Fail where not all entries are signed by a key that is known from outside.",
)
@click.option("--rebuild", is_flag=True, help="Also make all tables again and compare them.")
@click.option(
    "--sample", type=Share(), metavar="SHARE", help="Hash a sample of the objects only, as 5%."
)
@click.option("--seed", metavar="TEXT", help="What the sample is drawn by, to draw it again.")
@json_option
def verify(
    pack: Path | None,
    *,
    since: tuple[str, ...],
    keys: tuple[str, ...],
    witnesses: tuple[str, ...],
    roots: tuple[str, ...],
    require_signed: bool,
    rebuild: bool,
    sample: float | None,
    seed: str | None,
    as_json: bool,
) -> int:
    r"""Check the workspace, or an audit pack (its folder or zip). Exit 1 on any finding.

    Of a workspace: file, entries, tree, rows, objects, and what is held outside. Of a PACK, which
    needs no workspace: its files, the entries, proofs and signatures in it.

    \b
    Examples:
      govtrack verify
      govtrack verify --since last-year/checkpoint --key noted.vkey
      govtrack verify --require-signed --witness auditor.vkey
      govtrack verify --sample 5% --seed 0c5f2b9e --json
      govtrack verify audit-pack-2025.zip --key noted.vkey
      govtrack verify audit-pack-2026 --key noted.vkey --since audit-pack-2025.zip
    """
    if pack is not None:
        from govtrack.cli.verify_pack import Given, verify_pack

        if rebuild or sample is not None or seed is not None:
            raise refuse(
                "a pack is always checked in full: leave --rebuild, --sample and --seed out",
                field="PACK",
            )
        given = Given(since, keys, witnesses, roots, require_signed)
        return verify_pack(pack, given, as_json=as_json)
    if seed is not None and (sample is None or not seed):
        raise refuse("draws a sample again: give the same --sample with it", field="--seed")
    from govtrack.cli.held import held
    from govtrack.cli.verify_workspace import verify_workspace
    from govtrack.register.asked import Asked

    asked = Asked(rebuild, sample, seed, held(since, keys, witnesses, roots), require_signed)
    return verify_workspace(asked, as_json=as_json)

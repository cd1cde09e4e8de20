"""`govtrack verify`: prove that register, trail and objects agree."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, plural, progress, say
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from govtrack.register.verification import Report

REACH = (
    "Reach: internal. The store agrees with itself; whoever could rewrite all of it could also "
    "make it agree. Keep the size and root above elsewhere to notice that."
)
PASSED_SAMPLE = (
    "All checks passed, on a sample: the bytes of the other objects were not read, only that they "
    "are there and of their size."
)


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
@click.option("--rebuild", is_flag=True, help="Also make all tables again and compare them.")
@click.option(
    "--sample", type=Share(), metavar="SHARE", help="Hash a sample of the objects only, as 5%."
)
@click.option("--seed", metavar="TEXT", help="What the sample is drawn by, to draw it again.")
@json_option
def verify(*, rebuild: bool, sample: float | None, seed: str | None, as_json: bool) -> int:
    r"""Check the file, the entries, the tree, the rows and the objects. Exit 1 on any finding.

    \b
    Examples:
      govtrack verify
      govtrack verify --rebuild
      govtrack verify --sample 5%
      govtrack verify --sample 5% --seed 0c5f2b9e --json
    """
    from govtrack.register.asked import Asked
    from govtrack.register.verification import verified

    if seed is not None and (sample is None or not seed):
        raise refuse("draws a sample again: give the same --sample with it", field="--seed")
    asked = Asked(rebuild=rebuild, sample=sample, seed=seed)
    with ExitStack() as bar:
        report = verified(current_workspace(), _hashing(bar), asked)
    if as_json:
        from dataclasses import asdict

        said = asdict(report)
        said["sample"] = report.sample and report.sample._asdict()
        answer_json({"format": "govtrack.verify/1", "ok": not report.findings, **said})
        return 1 if report.findings else 0
    for finding in report.findings:
        say(
            f"step {finding.step} {finding.code}: {visible(finding.where)}: "
            f"expected {visible(finding.expected)}, found {visible(finding.found)}"
        )
    for note in report.notes:
        say(f"note: {visible(note)}")
    say(f"Trail {report.origin}")
    say(f"  size {report.entries}, root {report.root}")
    say(f"  {plural(report.records, 'record')} {_rows(report)}, {_objects(report)}")
    if report.findings:
        say(f"FAILED: {plural(len(report.findings), 'finding')}")
        return 1
    say("All checks passed." if report.sample is None else PASSED_SAMPLE)
    say(REACH)
    return 0


def _hashing(stack: ExitStack) -> Callable[[int], None]:
    """A bar that appears with the first object: none runs while processes are started."""
    bars: list[Callable[[int], None]] = []

    def advance(amount: int) -> None:
        if not bars:
            bars.append(stack.enter_context(progress("hashing objects")))
        bars[0](amount)

    return advance


def _rows(report: Report) -> str:
    return "compared and rebuilt" if report.rebuilt else "compared"


def _objects(report: Report) -> str:
    if report.sample is None:
        return f"{plural(report.objects, 'object')} ({report.object_bytes} bytes) hashed"
    return (
        f"{report.hashed} of {plural(report.objects, 'object')} hashed: a sample of "
        f"{report.sample.share * 100:.6g} % drawn with --seed {report.sample.seed}"
    )

"""`govtrack verify` of a workspace: its store, and how far the claim reaches."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from govtrack.cli.options import current_workspace
from govtrack.cli.output import answer_json, plural, progress, say
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from govtrack.register.asked import Asked
    from govtrack.register.verification import Report

PASSED_SAMPLE = (
    "All checks passed, on a sample: the bytes of the other objects were not read, only that they "
    "are there and of their size."
)
COMPARE = (
    "The store names it itself, so it proves nothing by itself: compare it with the one that was "
    "noted elsewhere, and give that one with --key."
)


def verify_workspace(asked: Asked, *, as_json: bool) -> int:
    """Check the workspace and tell; the exit code."""
    from govtrack.register.verification import verified

    with ExitStack() as bar:
        report = verified(current_workspace(), _hashing(bar), asked)
    if as_json:
        from dataclasses import asdict

        said = asdict(report)
        said["sample"] = report.sample and report.sample._asdict()
        said["layers"] = [layer._asdict() for layer in report.layers]
        answer_json({"format": "govtrack.verify/1", "ok": not report.findings, **said})
    else:
        _told(report, asked)
    return 1 if report.findings else 0


def _told(report: Report, asked: Asked) -> None:
    from govtrack.trail.reach import INTERNAL, verdict

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
        say(f"FAILED: {plural(len(report.findings), 'finding')}. Nothing is claimed.")
        from govtrack.register.meanings import meant

        for one in meant(finding.code for finding in report.findings):
            say(f"{one.happened} {one.to_do}")
        return
    for layer in report.layers:
        at = f" at {layer.at}" if layer.at and layer.at not in layer.words else ""
        say(f"  {layer.level}: up to size {layer.size}, {visible(layer.words)}{at}")
    say("All checks passed." if report.sample is None else PASSED_SAMPLE)
    given = asked.held
    for line in verdict(
        report.layers, report.entries, keyed=bool(given.keys), older=bool(given.since)
    ):
        say(line)
    if report.level == INTERNAL and report.key:
        say(f"Key in the store: {report.key}. {COMPARE}")


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

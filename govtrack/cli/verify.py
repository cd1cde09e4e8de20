"""`govtrack verify`: prove that register, trail and objects agree."""

from __future__ import annotations

import click

from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, plural, progress, say
from govtrack.errors import visible

REACH = (
    "Reach: internal. The store agrees with itself; whoever could rewrite all of it could also "
    "make it agree. Keep the size and root above elsewhere to notice that."
)


@click.command()
@json_option
def verify(*, as_json: bool) -> int:
    r"""Check the file, the entries, the tree, the rows and the objects. Exit 1 on any finding.

    \b
    Examples:
      govtrack verify
      govtrack verify --json
    """
    from govtrack.register.verification import verified

    with progress("hashing objects") as advance:
        report = verified(current_workspace(), advance)
    if as_json:
        from dataclasses import asdict

        answer_json({"format": "govtrack.verify/1", "ok": not report.findings, **asdict(report)})
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
    say(
        f"  {plural(report.records, 'record')} replayed, {plural(report.objects, 'object')} "
        f"({report.object_bytes} bytes) hashed"
    )
    if report.findings:
        say(f"FAILED: {plural(len(report.findings), 'finding')}")
        return 1
    say("All checks passed.")
    say(REACH)
    return 0

"""`govtrack evidence`: the evidence on record."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

READ, CHANGE, KEEP = "Read", "Change", "Keep and remove"

COMMANDS = {
    "list": Lazy("govtrack.cli.evidence_read:list_", "List evidence.", READ),
    "show": Lazy("govtrack.cli.evidence_read:show", "Show one piece of evidence.", READ),
    "history": Lazy("govtrack.cli.evidence_read:history", "What changed, who, when.", READ),
    "check": Lazy("govtrack.cli.evidence_check:check", "Test what the record tells.", READ),
    "export": Lazy("govtrack.cli.evidence_export:export", "Write a table, or the files.", READ),
    "add": Lazy("govtrack.cli.add_evidence:add", "Record an artefact as evidence.", CHANGE),
    "approve": Lazy("govtrack.cli.evidence_change:approve", "Record an approval.", CHANGE),
    "supersede": Lazy("govtrack.cli.evidence_change:supersede", "Replace by a later one.", CHANGE),
    "withdraw": Lazy("govtrack.cli.evidence_change:withdraw", "Take out of force.", CHANGE),
    "tag": Lazy("govtrack.cli.evidence_change:tag", "State what it supports.", CHANGE),
    "untag": Lazy("govtrack.cli.evidence_change:untag", "Take requirements off it.", CHANGE),
    "confirm": Lazy("govtrack.cli.evidence_change:confirm", "Confirm what is proposed.", CHANGE),
    "decline": Lazy("govtrack.cli.evidence_change:decline", "Decline what is proposed.", CHANGE),
    "hold": Lazy("govtrack.cli.evidence_retention:hold", "Place a legal hold.", KEEP),
    "release": Lazy("govtrack.cli.evidence_retention:release", "Lift a legal hold.", KEEP),
    "purge": Lazy("govtrack.cli.evidence_retention:purge", "Remove bytes under a rule.", KEEP),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def evidence() -> None:
    """The evidence on record: artefacts, what they support, their status and history."""

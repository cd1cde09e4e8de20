"""Many pieces of evidence at once: one transaction, all or none, the entries as one by one.

The rows are projected from the records' images and inserted by `executemany`, past the session:
thirty times faster, and the image is what the trail keeps anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import col, select

from govtrack.aims import artefacts, evidence, systems
from govtrack.aims.fields import contradictions
from govtrack.errors import BadInput, Problem
from govtrack.register import objects
from govtrack.register.images import projector
from govtrack.register.journal import Changed
from govtrack.register.nouns import EVIDENCE, id_of
from govtrack.register.recording import recording
from govtrack.register.replay import insert
from govtrack.register.tables.evidence import Evidence, EvidenceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from govtrack.aims.artefacts import Artefact
    from govtrack.aims.fields import EvidenceFields
    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.images import Image, Rows
    from govtrack.register.recording import Recording
    from govtrack.workspace import Workspace

Found = TypeVar("Found")
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the rows: ids recorded now, and ids that held the same before."""

    recorded: tuple[str, ...]
    already: tuple[str, ...]
    notes: tuple[str, ...]


def record_many(  # noqa: PLR0913  (the options of the command)
    workspace: Workspace,
    rows: Sequence[EvidenceFields],
    catalogue: Catalogue,
    actor: str,
    reason: str | None = None,
    *,
    dry_run: bool = False,
    accept_proposed: bool = False,
    allow_duplicate: bool = False,
    allow_empty: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Record every row, or none; `progress` is told 1 for each row whose files are read.

    A row whose files, kind and title are on record already is left as it is, so the same table
    can be given again. The same bytes under another kind or title are refused, unless
    `allow_duplicate`. Raises `BadInput` with every problem of every row.
    """
    kept = _kept(workspace, rows, progress, keep=not dry_run, allow_empty=allow_empty)
    with recording(workspace, actor, reason, dry_run=dry_run) as recorded:
        new, already = _sorted_out(recorded, rows, kept, allow_duplicate=allow_duplicate)
        if not dry_run:
            digests = {file.sha256 for _, files in new for file in files}
            objects.still_there(workspace.objects_path, digests)
        fresh = [fields for fields, _ in new]
        found = _looked_up(fresh, "systems", lambda which: systems.find(recorded, which))
        ids_of_systems = {which: system.id for which, system in found.items()}
        replaced = _looked_up(fresh, "supersedes", lambda old: evidence.replaceable(recorded, old))
        tags = _Tags(recorded, catalogue, accept_proposed=accept_proposed)
        images = [
            _image(fields, files, recorded, catalogue, ids_of_systems, tags, replaced)
            for fields, files in new
        ]
        ids = record_images(recorded, images)
        for image in images:
            for old in image["supersedes"] if image["approved_on"] else ():
                row = evidence.find(recorded, old)
                evidence.step_back(recorded, row, image["id"], image["approved_on"])
    return Imported(tuple(ids), tuple(already), tuple(recorded.notes))


def record_images(recorded: Recording, images: Iterable[Image]) -> list[str]:
    """Insert new evidence given as images without ids, with its entries; gives the ids."""
    connection = recorded.connection
    project = projector(connection, EVIDENCE)
    first = recorded.next_key("evidence")
    ids: list[str] = []
    numbered = enumerate(images, first)
    while batch := list(islice(numbered, BATCH)):
        rows: dict[str, Rows] = {}
        for key, image in batch:
            image["id"] = id_of(EVIDENCE, key)
            for table, more in project(key, image).items():
                rows.setdefault(table, []).extend(more)
        for table, whole in rows.items():
            insert(connection, table, whole)
        recorded.write_entries(
            Changed("evidence.added", "evidence", image["id"], image, new=True)
            for _, image in batch
        )
        ids += [image["id"] for _, image in batch]
    return ids


class _Tags:
    """The tags of each (kind, references); what repeats is worked out once."""

    def __init__(self, recorded: Recording, catalogue: Catalogue, *, accept_proposed: bool) -> None:
        self.recorded, self.catalogue, self.accept = recorded, catalogue, accept_proposed
        self.known: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}

    def of(self, fields: EvidenceFields) -> list[dict[str, Any]]:
        """As a record's image holds them: in the order of reference, origin and source."""
        asked = (fields.kind, fields.supports)
        if asked not in self.known:
            actor, today = self.recorded.actor, self.recorded.today.isoformat()
            tags = evidence.stated_and_proposed(
                fields.supports, fields.kind, self.catalogue, actor, today
            )
            confirmation = {"confirmed_by": actor, "confirmed_on": today} if self.accept else {}
            undeclined = {"declined_by": None, "declined_on": None}
            tags.sort(key=itemgetter("ref", "origin", "source"))
            self.known[asked] = [tag | confirmation | undeclined for tag in tags]
        return self.known[asked]


def _image(
    fields: EvidenceFields,
    files: Sequence[Artefact],
    recorded: Recording,
    catalogue: Catalogue,
    ids_of_systems: Mapping[str, str],
    tags: _Tags,
    replaced: Mapping[str, Evidence],
) -> Image:
    olds = [replaced[which] for which in fields.supersedes]
    version = 1 + max((old.version for old in olds), default=0)
    return {
        **evidence.described(fields, catalogue, recorded.today.isoformat(), version),
        "withdrawn_on": None,
        "withdrawn_why": None,
        "superseded_by": None,
        "superseded_on": None,
        "purged_on": None,
        "purged_by": None,
        "purged_why": None,
        "files": [{"position": at, **file.columns()} for at, file in enumerate(files, 1)],
        "supersedes": sorted({old.id for old in olds}),
        "systems": sorted({ids_of_systems[which] for which in fields.systems}),
        "tags": tags.of(fields),
    }


def _kept(
    workspace: Workspace,
    rows: Sequence[EvidenceFields],
    progress: Callable[[int], None],
    *,
    keep: bool,
    allow_empty: bool,
) -> list[tuple[Artefact, ...]]:
    """Every row's files in the store; a file that several rows name is read once."""
    read: dict[Path, Artefact] = {}
    problems: list[Problem] = []
    kept = []
    for fields in rows:
        for path in fields.files:
            if path not in read:
                try:
                    (read[path],) = artefacts.kept(
                        [(path.name, path)],
                        workspace.objects_path,
                        keep=keep,
                        allow_empty=allow_empty,
                    )
                except BadInput as refusal:
                    problems += [
                        fields.place.problem(problem.sentence(), "files")
                        for problem in refusal.problems
                    ]
        if not problems:
            kept.append(tuple(read[path] for path in fields.files))
        progress(1)
    if problems:
        raise BadInput(problems)
    return kept


def _sorted_out(
    recorded: Recording,
    rows: Sequence[EvidenceFields],
    kept: Sequence[tuple[Artefact, ...]],
    *,
    allow_duplicate: bool,
) -> tuple[list[tuple[EvidenceFields, tuple[Artefact, ...]]], list[str]]:
    """The rows that are new, and the ids of those that are on record; refuses what clashes."""
    standing = _standing(recorded)
    new, already, problems = [], [], []
    for fields, files in zip(rows, kept, strict=True):
        at = fields.place.problem
        problems += [*contradictions(fields), *evidence.impossible(recorded, fields)]
        same = (frozenset(file.sha256 for file in files), fields.kind, fields.title)
        if same in standing.records:
            already.append(standing.records[same])
            continue
        clash = next((f for f in files if f.sha256 in standing.owners), None)
        if clash and not allow_duplicate:
            owner = standing.owners[clash.sha256]
            message = f"the same bytes are already recorded as {owner}; see --allow-duplicate"
            problems.append(at(message, "files"))
        new.append((fields, files))
    if problems:
        raise BadInput(problems)
    return new, already


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is on record: by (files, kind, title), and by the SHA-256 of a file."""

    records: dict[tuple[frozenset[str], str, str], str]
    owners: dict[str, str]


def _standing(recorded: Recording) -> _Standing:
    digests: dict[str, set[str]] = {}
    described: dict[str, tuple[str, str]] = {}
    owners: dict[str, str] = {}
    statement = select(Evidence.id, Evidence.kind, Evidence.title, EvidenceFile.sha256).join(
        EvidenceFile, col(EvidenceFile.evidence) == col(Evidence.key)
    )
    for identifier, kind, title, digest in recorded.session.exec(statement):
        digests.setdefault(identifier, set()).add(digest)
        described[identifier] = (kind, title)
        owners.setdefault(digest, identifier)
    records = {(frozenset(digests[one]), *described[one]): one for one in digests}
    return _Standing(records, owners)


def _looked_up(
    rows: Sequence[EvidenceFields], field: str, find: Callable[[str], Found]
) -> dict[str, Found]:
    """What the rows name in `field`, by the words they name it with; every miss is reported."""
    found: dict[str, Found] = {}
    problems: list[Problem] = []
    for fields in rows:
        for which in getattr(fields, field):
            if which in found:
                continue
            try:
                found[which] = find(which)
            except BadInput as refusal:
                first = refusal.problems[0]
                problems.append(fields.place.problem(first.message, field, first.nearest))
    if problems:
        raise BadInput(problems)
    return found

"""`govtrack verify PACK`: an audit pack, without a workspace."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.cli.held import certificates_in, checkpoint_in, keys_in
from govtrack.cli.output import answer_json, plural, progress, say
from govtrack.errors import BadInput, NotDone, Problem, refuse, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govtrack.packs.pack_claims import Trust
    from govtrack.packs.pack_files import PackFiles
    from govtrack.packs.pack_older import Kept
    from govtrack.packs.verifying import Report
    from govtrack.trail.keyring import Doubt
    from govtrack.trail.reach import Layer

FORMAT = "govtrack.verify-pack/1"
MOST = 5
"""So many findings of one code are told; what else is wrong is not to be pushed off the screen."""
COMPARE = (
    "That key lies in the pack, so it proves nothing by itself. Compare its fingerprint with the "
    "one you noted (at stage 1, in the organisation's own documents), and give the key you noted "
    "with --key."
)


class Given(NamedTuple):
    """What the asker gave on the command line, as it was given."""

    since: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    require_signed: bool = False


def verify_pack(pack: Path, given: Given, *, as_json: bool) -> int:
    """Check the pack and tell; the exit code."""
    from govtrack.packs.pack_files import bag_at, files_of
    from govtrack.packs.verifying import verified

    bag = bag_at(pack)
    _outside(bag, given)
    asked = _asked(given)
    with files_of(bag) as files:
        trust = _with_memory(files, asked)
        with progress("hashing files") as advance:
            report = verified(files, trust, _delivery(bag), advance)
    if bag != pack:
        taken = f"took the pack in {bag.name}, the only one in {pack}"
        report = report._replace(notes=(taken, *report.notes))
    if as_json:
        answer_json(document(pack, report))
    else:
        _told(report)
    return 1 if report.findings else 0


def document(pack: Path, report: Report) -> dict[str, Any]:
    """The answer as the `govtrack.verify-pack/1` document."""
    return {
        "format": FORMAT,
        "ok": not report.findings,
        "pack": str(pack),
        **report.label._asdict(),
        "origin": report.origin,
        "size": report.size,
        "root": report.root,
        "entries_shown": report.entries,
        "files": report.files,
        "file_bytes": report.file_bytes,
        "evidence_files": report.evidence,
        "tagmanifest_sha256": report.tagmanifest_sha256,
        "findings": [one._asdict() for one in report.findings],
        "notes": list(report.notes),
        "layers": [one._asdict() for one in report.layers],
        "trail_layers": [one._asdict() for one in report.trail_layers],
        "level": report.level,
        "verdict": list(report.verdict),
        "keys_in_pack": list(report.keys),
    }


def _outside(pack: Path, given: Given) -> None:
    """What lies in the pack itself says nothing about it: it could have come with a forgery."""
    from govtrack.packs.pack_files import bag_at

    inside = pack.resolve()
    problems = [
        Problem(
            "lies in the pack itself, so it proves nothing about it; give what you had before",
            file=visible(value),
            field=field,
        )
        for field, values in (
            ("--since", given.since),
            ("--key", given.keys),
            ("--witness", given.witnesses),
            ("--tsa-root", given.roots),
        )
        for value in values
        if Path(value).exists() and bag_at(Path(value)).resolve().is_relative_to(inside)
    ]
    if problems:
        raise BadInput(problems)


def _asked(given: Given) -> Trust:
    from govtrack.packs.pack_claims import Trust
    from govtrack.trail import note

    return Trust(
        tuple(one.public for one in keys_in(given.keys, "--key", note.ED25519)),
        tuple(map(_kept, given.since)),
        keys_in(given.witnesses, "--witness", note.COSIGNATURE),
        certificates_in(given.roots, "--tsa-root"),
        require_signed=given.require_signed,
    )


def _kept(value: str) -> Kept:
    """An older state: a small file that states it, or an earlier pack, its folder or zip."""
    from zipfile import is_zipfile

    from govtrack.packs import pack_older
    from govtrack.packs.pack_files import bag_at, files_of

    name, path = visible(value), Path(value)
    if not (path.is_dir() or (path.is_file() and is_zipfile(path))):
        return pack_older.Kept(name, checkpoint_in(value, "--since"))
    with files_of(bag_at(path)) as files:
        try:
            return pack_older.of_pack(name, files)
        except ValueError as error:
            raise refuse(str(error), file=name, field="--since") from None


def _with_memory(files: PackFiles, asked: Trust) -> Trust:
    """With what this machine keeps of that trail; a key that was given stands instead of it."""
    from govtrack.packs.pack_entries import lineage
    from govtrack.packs.pack_files import CHECKPOINT
    from govtrack.register import keys, memory
    from govtrack.trail import checkpoint

    try:
        first = lineage(checkpoint.stated(files.read(CHECKPOINT)).origin)
    except (KeyError, ValueError, OSError):
        return asked
    pinned, kept = memory.signing_key(first), memory.remembered(first)
    # the key's holder trusts it, also where no earlier key could pass on to it
    own = dict.fromkeys(one.public for one in (pinned, *keys.public_halves(first)) if one)
    return asked._replace(
        keys=asked.keys or tuple(own),
        witnesses=(*asked.witnesses, *memory.witnesses(first)),
        roots=(*asked.roots, *memory.roots(first)),
        remembered=kept and kept.checkpoint,
    )


def _delivery(pack: Path) -> bytes | None:
    """The proof of the delivery beside the pack, where there is one."""
    from govtrack.packs.bag import beside
    from govtrack.packs.pack_proofs import LONGEST

    path = pack.absolute()
    path = beside(path.with_suffix("") if path.suffix.casefold() == ".zip" else path)
    try:
        with path.open("rb") as file:
            return file.read(LONGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotDone(f"{visible(str(path))}: cannot be read: {error.strerror}") from None


def _told(report: Report) -> None:
    from govtrack.trail.reach import INTERNAL

    for line in (*_of_pack(report), *_findings(report.findings)):
        say(line)
    for note in report.notes:
        say(f"note: {visible(note)}")
    for line in _layers(report.layers, report.size):
        say(line)
    if report.findings:
        for line in _layers(report.trail_layers, report.size):
            say(f"holds of the trail: {line}")
        rest = "else is" if report.trail_layers else "is"
        say(f"FAILED: {plural(len(report.findings), 'finding')}. Nothing {rest} claimed.")
        return
    for line in report.verdict:
        say(line)
    if report.level == INTERNAL and report.keys:
        say(f"Key in the pack: {report.keys[0]}. {COMPARE}")


def _of_pack(report: Report) -> Iterator[str]:
    """Which pack it is, by its own words and by its digest, and what was looked at."""
    organisation, title, identifier = report.label
    named = " ".join(
        (identifier or "without a name", *(("of", organisation) if organisation else ()))
    )
    yield visible(f"Pack {named}: {title}" if title else f"Pack {named}")
    if report.tagmanifest_sha256:
        yield f"  digest {report.tagmanifest_sha256} (SHA-256 of its tagmanifest-sha256.txt)"
    yield f"  {plural(report.files, 'file')} ({report.file_bytes} bytes) hashed"
    if report.origin is not None:
        yield f"Trail {visible(report.origin)}"
        yield f"  size {report.size}, root {report.root}"
    yield (
        f"  {plural(report.entries, 'entry', 'entries')} shown, "
        f"{plural(report.evidence, 'evidence file')} checked"
    )


def _findings(findings: Sequence[Doubt]) -> Iterator[str]:
    """A line each, of one code no more than a reader looks through; all of them with --json."""
    told: Counter[str] = Counter()
    every = Counter(one.code for one in findings)
    for one in findings:
        told[one.code] += 1
        if told[one.code] <= MOST:
            yield (
                f"{one.code} {visible(one.where)}: expected {visible(one.expected)}, "
                f"found {visible(one.found)}"
            )
        elif told[one.code] == MOST + 1:
            yield f"{one.code}: and {every[one.code] - MOST} more (--json has all)"


def _layers(layers: Sequence[Layer], size: int | None) -> Iterator[str]:
    from govtrack.packs.pack_claims import merged

    for one in merged(layers):
        at = f" at {one.at}" if one.at else ""
        yield f"{one.level}: up to size {one.size} of {size}, {visible(one.words)}{at}"

"""`govtrack verify PACK`: an audit pack, without a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.cli.held import certificates_in, checkpoint_in, keys_in
from govtrack.cli.output import answer_json, plural, progress, say
from govtrack.errors import BadInput, NotDone, Problem, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.packs.pack_claims import Trust
    from govtrack.packs.pack_files import PackFiles
    from govtrack.packs.verifying import Report

FORMAT = "govtrack.verify-pack/1"
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
    from govtrack.packs.pack_files import files_of
    from govtrack.packs.verifying import verified

    _outside(pack, given)
    asked = _asked(given)
    with files_of(pack) as files:
        trust = _with_memory(files, asked)
        with progress("hashing files") as advance:
            report = verified(files, trust, _delivery(pack), advance)
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
        "level": report.level,
        "keys_in_pack": list(report.keys),
    }


def _outside(pack: Path, given: Given) -> None:
    """What lies in the pack itself says nothing about it: it could have come with a forgery."""
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
        if Path(value).exists() and Path(value).resolve().is_relative_to(inside)
    ]
    if problems:
        raise BadInput(problems)


def _asked(given: Given) -> Trust:
    from govtrack.packs.pack_claims import Trust
    from govtrack.trail import note

    return Trust(
        tuple(one.public for one in keys_in(given.keys, "--key", note.ED25519)),
        tuple((visible(file), checkpoint_in(file, "--since")) for file in given.since),
        keys_in(given.witnesses, "--witness", note.COSIGNATURE),
        certificates_in(given.roots, "--tsa-root"),
        require_signed=given.require_signed,
    )


def _with_memory(files: PackFiles, asked: Trust) -> Trust:
    """With what this machine keeps of that trail; a key that was given stands instead of it."""
    from govtrack.packs.pack_entries import lineage
    from govtrack.packs.verifying import CHECKPOINT
    from govtrack.register import keys, memory
    from govtrack.trail import checkpoint

    try:
        first = lineage(checkpoint.stated(files.read(CHECKPOINT)).origin)
    except (KeyError, ValueError, OSError):
        return asked
    pinned, kept = memory.signing_key(first), memory.remembered(first)
    halves = [pinned] if pinned else keys.public_halves(first)
    return asked._replace(
        keys=asked.keys or tuple(one.public for one in halves),
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
    from govtrack.trail.reach import INTERNAL, MEANING

    for finding in report.findings:
        say(
            f"{finding.code} {visible(finding.where)}: expected {visible(finding.expected)}, "
            f"found {visible(finding.found)}"
        )
    for note in report.notes:
        say(f"note: {visible(note)}")
    if report.origin is not None:
        say(f"Trail {visible(report.origin)}")
        say(f"  size {report.size}, root {report.root}")
    say(
        f"  {plural(report.entries, 'entry', 'entries')} shown, {plural(report.files, 'file')} "
        f"({report.file_bytes} bytes) hashed, {plural(report.evidence, 'evidence file')} checked"
    )
    if report.tagmanifest_sha256:
        say(f"Pack {report.tagmanifest_sha256} (SHA-256 of its tagmanifest-sha256.txt)")
    for line in _layers(report):
        say(line)
    if report.findings:
        say(f"FAILED: {plural(len(report.findings), 'finding')}. Nothing is claimed.")
        return
    say("All checks passed.")
    level = report.level or INTERNAL
    say(f"Reach: {level}. {MEANING[level]}")
    if level == INTERNAL and report.keys:
        say(f"Key in the pack: {report.keys[0]}. {COMPARE}")


def _layers(report: Report) -> Iterator[str]:
    from govtrack.packs.pack_claims import merged

    for one in merged(report.layers):
        at = f" at {one.at}" if one.at else ""
        yield f"{one.level}: up to size {one.size} of {report.size}, {visible(one.words)}{at}"

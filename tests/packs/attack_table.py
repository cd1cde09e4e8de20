"""What somebody may do to a pack, and the codes that every verifier of packs must give for it.

`table(h)` gives (name, change, codes): `change(folder)` does it to the pack of `rich(h)`, and
`codes` is what is found with the options of somebody who holds the first key, a witness's and a
checkpoint of size 4. `h` is the module `handmade`. A forger writes the manifests anew.

`harmless(h)` gives (name, change, word): no finding, and a note with that word. `several_keys(h)`
gives (name, change, keys, words): who holds those keys (by their seeds) and nothing else gets no
finding, and a note with each of the words. `UNSEEN_BY_PAGE` are the attacks in `table` that the
page cannot see, and why.
"""

from __future__ import annotations

import base64
import json
import shutil

T = "data/trail"
EV1, EV2, EV3 = "EV-2026-0001", "EV-2026-0002", "EV-2026-0003"
ENTRIES, CHECKPOINT = f"{T}/entries.ndjson", f"{T}/checkpoint"
_BESIDE = "a browser is given the pack's folder, and nothing that lies beside it"
UNSEEN_BY_PAGE = {
    "a file replaced by a link": "a browser reads through a link: it gives the file it leads to",
    "the proof of another pack's delivery": _BESIDE,
    "a proof of delivery in another trail": _BESIDE,
    "a proof of delivery by another's key": _BESIDE,
    "a proof of delivery that is none": _BESIDE,
}


def rich(h):
    """A trail with all that a pack can hold: rotation, cosignature, an earlier size, a change."""
    trail = h.Trail()
    trail.evidence(1)
    trail.evidence(2)
    trail.issue()
    trail.cosign()
    trail.rotate(h.key("first"), h.key("second"))
    trail.evidence(3)
    trail.evidence(1, action="evidence.approved")
    trail.add("ai_system.added", "ai_system", "SYS-2026-0001", {"id": "SYS-2026-0001"})
    trail.issue()
    return trail


def table(h):
    """All attacks: by accident or by hand, by a forger without a key, by somebody with one."""
    yield from _careless()
    for name, change, codes in (*_forged(h), *_entries(h), *_notes(h), *_signed(h)):
        yield name, _sealed(h, change), codes
    yield from _delivered(h)


def harmless(_h):
    """What is no attack: what a computer leaves in a folder that somebody looked into."""
    for name in (".DS_Store", "data/evidence/.DS_Store", "Thumbs.db", "data/desktop.ini"):
        yield name, _left(name), name
    yield "a shadow file of macOS", _left("data/._index.html"), "data/._index.html"


def several_keys(h):
    """What somebody sees who was given a key with the pack, and holds another one from before."""
    yield (
        "the key noted, and one that it did not pass on to",
        _sealed(h, _whole(lambda: _lost(h), consistency=())),
        ("first", "second"),
        ("was not passed on to by the key", "each counts only because you gave it"),
    )


def _left(name):
    return lambda folder: (folder / name).write_bytes(b"\0\0\0\1Bud1")


def _sealed(h, change):
    def changed(folder):
        change(folder)
        h.reseal(folder)

    return changed


def _artefact(folder, id_):
    (found,) = folder.glob(f"data/evidence/{id_}-*")
    return found


def _edit(path, edit):
    """A change of one file's bytes."""
    return lambda folder: (folder / path).write_bytes(edit((folder / path).read_bytes()))


def _gone(path):
    return lambda folder: (folder / path).unlink()


def _swap(folder):
    one, two = _artefact(folder, EV1), _artefact(folder, EV2)
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)


def _link(folder):
    path = folder / "data/index.html"
    shutil.move(path, folder.parent / "elsewhere.html")
    path.symlink_to(folder.parent / "elsewhere.html")


def _careless():
    def flip(folder):
        path = _artefact(folder, EV1)
        path.write_bytes(path.read_bytes()[:-1] + b"!")

    stray = "data/evidence/EV-2026-0009-v1-00000000.txt"
    changed = {"file-changed"}
    yield "an artefact with one byte changed", flip, changed | {"evidence"}
    yield "two artefacts swapped", _swap, changed | {"evidence"}
    yield (
        "an artefact taken out",
        lambda f: _artefact(f, EV1).unlink(),
        {"file-missing", "evidence"},
    )
    yield (
        "an artefact put in",
        lambda folder: (folder / stray).write_text("never recorded"),
        {"file-extra"},
    )
    yield (
        "a note put beside the artefacts",
        lambda folder: (folder / "data/evidence/note.txt").write_text("read me"),
        {"file-extra"},
    )
    yield (
        "a proof put in",
        lambda folder: (folder / T / "proofs/EV-2026-0009.tlog-proof").write_text("proven"),
        {"file-extra"},
    )
    yield (
        "a checkpoint put in",
        lambda folder: (folder / T / "checkpoints/3").write_text("three"),
        {"file-extra"},
    )
    yield "the page replaced", _edit("data/index.html", lambda _: b"all is well"), changed
    yield "a file replaced by a link", _link, {"file-missing", "file-extra"}
    yield (
        "a file renamed in the manifest",
        _edit("manifest-sha256.txt", lambda d: d.replace(b"data/index.html", b"data/other.html")),
        {"file-missing", "file-changed", "file-extra"},
    )
    yield (
        "the list of lists taken out",
        _gone("tagmanifest-sha256.txt"),
        {"file-missing", "file-extra"},
    )
    yield "the manifest taken out", _gone("manifest-sha256.txt"), {"file-missing", "file-extra"}
    yield "the instructions taken out", _gone("VERIFY.md"), {"file-missing"}
    yield "a file beside the lists", lambda f: (f / "README.txt").write_text("hi"), {"file-extra"}


def _forged(h):
    proofs = f"{T}/proofs"

    def other(folder):
        data = (folder / proofs / f"{EV2}.tlog-proof").read_bytes()
        (folder / proofs / f"{EV1}.tlog-proof").write_bytes(data)

    def old_version(folder):
        trail = rich(h)
        leaves = b"".join(map(h.tree.leaf_hash, trail.entries))
        path = h.proof.Levels(leaves).inclusion(2, 9)
        text = h.proof.proof_text(2, path, trail.checkpoints[9])
        (folder / proofs / f"{EV1}.tlog-proof").write_bytes(text)

    def hash_of(folder):
        path = folder / proofs / f"{EV3}.tlog-proof"
        found = path.read_text().split("\n")
        found[2] = base64.b64encode(bytes(32)).decode()
        path.write_text("\n".join(found))

    def unlisted(folder):
        listed = folder / "data/register/evidence.json"
        data = json.loads(listed.read_text())
        data["evidence"] = [one for one in data["evidence"] if one["id"] != EV2]
        listed.write_text(json.dumps(data))
        (folder / proofs / f"{EV2}.tlog-proof").unlink()

    yield (
        "an artefact rewritten",
        lambda f: _artefact(f, EV1).write_bytes(b"better\n"),
        {"evidence"},
    )
    yield "two artefacts swapped, manifests anew", _swap, {"evidence"}
    yield (
        "an artefact taken out, manifests anew",
        lambda f: _artefact(f, EV1).unlink(),
        {"evidence"},
    )
    yield "a proof of another artefact", other, {"proof-entry"}
    yield "a proof of an older state of the artefact", old_version, {"proof-entry"}
    yield "a proof with another hash in it", hash_of, {"proof"}
    yield (
        "a proof cut short",
        _edit(f"{proofs}/{EV3}.tlog-proof", lambda d: d.replace(d.split(b"\n")[2] + b"\n", b"", 1)),
        {"proof"},
    )
    yield (
        "a proof with an older checkpoint",
        _edit(
            f"{proofs}/{EV3}.tlog-proof",
            lambda d: d.split(b"\n\n")[0] + b"\n\n" + rich(h).checkpoints[4],
        ),
        {"proof"},
    )
    yield (
        "a proof that is none",
        _edit(f"{proofs}/{EV3}.tlog-proof", lambda _: b"proven\n"),
        {"proof"},
    )
    yield "a proof taken out", _gone(f"{proofs}/{EV2}.tlog-proof"), {"proof-missing"}
    yield "a proof taken out, and the artefact's row", unlisted, {"proof-missing"}
    yield (
        "a consistency proof with another hash in it",
        _edit(f"{T}/consistency-from-4.txt", lambda d: base64.b64encode(bytes(32)) + d[44:]),
        {"consistency"},
    )
    yield (
        "an empty consistency proof",
        _edit(f"{T}/consistency-from-4.txt", lambda _: b""),
        {"consistency"},
    )
    yield (
        "a root in the statement that is another's",
        _edit(
            f"{T}/statement.txt",
            lambda d: d.replace(d.split(b"\n")[2], base64.b64encode(bytes(32))),
        ),
        {"statement"},
    )
    yield "the statement taken out", _gone(f"{T}/statement.txt"), {"statement"}


def _entries(h):
    def lines(edit):
        def rewrite(data):
            return b"".join(line + b"\n" for line in edit(data.split(b"\n")[:-1]))

        return _edit(ENTRIES, rewrite)

    def at(index, edit):
        return lines(lambda found: [*found[:index], edit(found[index]), *found[index + 1 :]])

    def event(index, **members):
        def edit(line):
            return h.canonical.canonical(json.loads(line) | members)

        return at(index, edit)

    def other_form(line):
        return json.dumps(dict(reversed(json.loads(line).items())), separators=(",", ":")).encode()

    def another_leaf(codes):
        """What follows from a leaf below size 4 that is another: no root of the entries holds."""
        return codes | {"root", "consistency", "since"}

    yield "an entry's words changed", event(2, reason="better"), another_leaf(set())
    yield "the newest entry changed", event(8, reason="better"), {"root"}
    yield "the entry of an artefact changed", event(7, reason="better"), {"root", "proof"}
    yield "an entry in another order of members", at(2, other_form), another_leaf({"entry"})
    yield "a member twice", at(2, lambda d: d[:-1] + b',"v":1}'), another_leaf({"entry"})
    yield (
        "a fraction",
        at(2, lambda d: d.replace(b'"seq":2', b'"seq":2.0')),
        another_leaf({"entry"}),
    )
    yield (
        "a lone surrogate",
        at(2, lambda d: d.replace(b'"reason":null', b'"reason":"\\ud800"')),
        another_leaf({"entry"}),
    )
    yield (
        "no number",
        at(2, lambda d: d.replace(b'"size":', b'"size":NaN,"x":')),
        another_leaf({"entry"}),
    )
    yield (
        "bytes that are no text",
        at(2, lambda d: d.replace(b"ada", b"\xff\xfe")),
        another_leaf({"entry"}),
    )
    yield "a member that the format has not", event(2, more=1), another_leaf({"entry"})
    yield "an entry of another trail", event(2, trail="example.net/other"), another_leaf({"origin"})
    yield "another number", event(2, seq=3), another_leaf({"entry-order"})
    yield "the last entry cut off", lines(lambda found: found[:-1]), {"size"}
    yield (
        "an entry put in",
        lines(lambda found: [*found, found[8].replace(b'"seq":8', b'"seq":9')]),
        {"size"},
    )
    yield "no entries", _edit(ENTRIES, lambda _: b""), {"size"}
    yield "the last line not ended", _edit(ENTRIES, lambda d: d[:-1]), {"entry", "size"}
    yield "the entries taken out", _gone(ENTRIES), {"size"}


def _notes(h):
    def body(old, new):
        return _edit(CHECKPOINT, lambda d: d.replace(old, new, 1))

    broken = {"checkpoint"}
    yield "the size in the checkpoint", body(b"\n9\n", b"\n8\n"), {"size"}
    yield "a size with a zero before it", body(b"\n9\n", b"\n09\n"), broken
    yield "no empty line", body(b"\n\n", b"\n"), broken
    yield (
        "ends of lines of another system",
        _edit(CHECKPOINT, lambda d: d.replace(b"\n", b"\r\n")),
        broken,
    )
    yield "a hyphen for the dash", body("\u2014".encode(), b"-"), broken
    yield "the checkpoint taken out", _gone(CHECKPOINT), broken
    yield "a checkpoint of nothing", _edit(CHECKPOINT, lambda _: b""), broken
    yield (
        "a signature with one bit changed",
        _edit(CHECKPOINT, lambda d: _flipped(h, d)),
        {"signature", "proof"},
    )
    yield (
        "another root in an older checkpoint",
        _edit(
            f"{T}/checkpoints/4",
            lambda d: d.replace(d.split(b"\n")[2], base64.b64encode(bytes(32))),
        ),
        {"root", "signature", "cosignature"},
    )
    yield (
        "an older checkpoint under another's name",
        lambda f: (f / T / "checkpoints/5").write_bytes((f / T / "checkpoints/4").read_bytes()),
        {"checkpoint", "key-chain"},
    )
    yield (
        "the checkpoint over the rotation taken out",
        _gone(f"{T}/checkpoints/5"),
        {"key-chain"},
    )
    yield (
        "a cosignature of another time",
        _edit(f"{T}/checkpoints/4.cosig", lambda d: _later(h, d)),
        {"cosignature"},
    )
    yield (
        "cosignatures that are none",
        _edit(f"{T}/checkpoints/4.cosig", lambda _: b"seen\n"),
        {"cosignature"},
    )


def _line(h, data):
    return h.note.signature(data.decode().rstrip("\n").rpartition("\n")[2])


def _flipped(h, data):
    one = _line(h, data)
    bad = one._replace(signature=one.signature[:-1] + bytes([one.signature[-1] ^ 1]))
    return data.replace(one.line().encode(), bad.line().encode())


def _later(h, data):
    one = _line(h, data)
    at = int.from_bytes(one.signature[:8], "big") + 1
    return one._replace(signature=at.to_bytes(8, "big") + one.signature[8:]).line().encode()


def _signed(h):  # noqa: C901, PLR0915  (a history each)
    """Packs that are sound in themselves: another history, written anew by who holds some key."""

    whole = _whole

    def stranger():
        """Everything anew under a key of one's own."""
        trail = h.Trail("stranger")
        for number in (1, 2, 3):
            trail.evidence(number)
        trail.issue()
        trail.evidence(1, action="evidence.approved")
        trail.issue()
        return trail

    def resigned():
        """The same entries, the checkpoint signed by another."""
        trail = rich(h)
        trail.issue([h.key("stranger")])
        return trail

    def stripped():
        trail = rich(h)
        for size in trail.checkpoints:
            text = trail.checkpoints[size].split(b"\n\n")[0] + b"\n\n"
            trail.checkpoints[size] = text
        return trail

    def lost():
        return _lost(h)

    def borrowed():
        """The genuine checkpoint over the handover, under entries that announce another key."""
        genuine = rich(h)
        trail = h.Trail()
        trail.evidence(1)
        trail.evidence(2)
        trail.issue()
        trail.cosign()
        trail.rotate(h.key("first"), h.key("stranger"))
        stranger = h.signing.Signer(h.ORIGIN, h.key("stranger"))
        handover = h.note.read(genuine.checkpoints[5])
        lines = (handover.signatures[0], stranger.sign(handover.text))
        trail.checkpoints[5] = handover._replace(signatures=lines).written()
        trail.evidence(3, b"a better report\n")
        trail.issue()
        return trail

    def retired():
        trail = rich(h)
        trail.issue([h.key("first")])
        return trail

    def revoked(at, seen):
        def trail():
            made = rich(h)
            made.key_entry("revoked", "KEY-0002", h.key("second"), at)
            made.issue()
            if seen:
                made.cosign(seen)
            return made

        return trail

    def rewritten():
        """The holder of the first key rewrites what came before size 4."""
        trail = h.Trail()
        trail.evidence(1, b"another report\n")
        trail.evidence(2)
        trail.evidence(3)
        trail.issue()
        return trail

    def cut():
        trail = h.Trail()
        trail.evidence(1)
        trail.issue()
        return trail

    yield "all written anew by a stranger", whole(stranger), {"stranger", "since"}
    yield "the checkpoint signed by a stranger", whole(resigned), {"stranger"}
    yield "all signatures taken off", whole(stripped), {"stranger"}
    yield "the old key lost, the new one alone signs", whole(lost), {"key-chain"}
    yield "the handover of another history borrowed", whole(borrowed), {"root"}
    yield "signed by a retired key", whole(retired), {"key-chain"}
    yield (
        "the key revoked, nobody saw it before",
        whole(revoked("2026-01-01T00:00:00.000000Z", 0)),
        {"revoked"},
    )
    yield (
        "the key revoked, a witness saw it later",
        whole(revoked("2026-01-01T00:00:00.000000Z", h.DAY)),
        {"revoked"},
    )
    yield "rewritten and signed by the key's holder", whole(rewritten), {"since"}
    yield "cut back to an older size", whole(cut, consistency=()), {"since"}


def _whole(trail, *, keys=None, consistency=(4,)):
    """Another pack in the place of this one."""

    def change(folder):
        shutil.rmtree(folder)
        folder.mkdir()
        trail().pack(folder, keys=keys and keys(), consistency=consistency)

    return change


def _lost(h):
    """The new key alone signs over its entry."""
    trail = h.Trail()
    trail.evidence(1)
    trail.evidence(2)
    trail.issue()
    trail.rotate(h.key("first"), h.key("second"), signers=[h.key("second")])
    trail.evidence(3)
    trail.issue()
    return trail


def _delivered(h):
    """Proofs beside the pack that are not of its delivery: the pack itself is as it was."""

    def other_pack(folder):
        rich(h).deliver(folder, digest="0" * 64)

    def other_trail(folder):
        trail = h.Trail(origin="example.net/another/0a1b2c3d")
        trail.deliver(folder)

    def other_key(folder):
        rich(h).deliver(folder, signers=[h.key("stranger")])

    def none(folder):
        rich(h).deliver(folder).write_text("delivered\n")

    found = {"delivery"}
    yield "the proof of another pack's delivery", other_pack, found
    yield "a proof of delivery in another trail", other_trail, found
    yield "a proof of delivery by another's key", other_key, found
    yield "a proof of delivery that is none", none, found

"""An audit pack made by hand from a list of changes: the layout of a pack, no register behind it.

`Trail` grows entry by entry and signs; `Trail.pack(folder)` writes what a pack holds of it.
`reseal(folder)` writes both manifests anew, as whoever changes a pack would.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from govtrack import shipped
from govtrack.trail import canonical, checkpoint, cosignature, note, proof, signing, tree

ORIGIN = "example.org/govtrack/0a1b2c3d"
WITNESS = "witness.example/w1"
DAY = 1_790_000_000
TRAIL = "data/trail"
INFO = (
    b"Source-Organization: Example Ltd\n"
    b"External-Identifier: PACK-2026-0a1b2c3d\n"
    b"External-Description: Internal audit pack 2026\n"
)


def key(seed):
    """A private key that is the same in every run; a test's, never used elsewhere."""
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


def vkey(private, name=ORIGIN, algorithm=note.ED25519):
    return note.vkey(name, signing.public_of(private), algorithm)


class Trail:
    """Entries, the keys that sign now, and the checkpoints issued on the way."""

    def __init__(self, signer="first", origin=ORIGIN):
        self.origin, self.signers = origin, [key(signer)] if signer else []
        self.entries, self.checkpoints, self.cosignatures, self.stamps = [], {}, {}, {}
        self.versions, self.files = {}, {}
        self.add("workspace.created", "workspace", origin, {"id": origin})
        if signer:
            self.key_entry("added", "KEY-0001", key(signer))

    def add(self, action, subject, id_, after, *, at=None):
        self.versions[subject, id_] = self.versions.get((subject, id_), 0) + 1
        seq = len(self.entries)
        event = {
            "v": 1, "trail": self.origin, "seq": seq, "actor": "ada@example.org",
            "at": at or f"2026-11-24T00:{seq // 60:02}:{seq % 60:02}.000000Z",
            "action": action, "reason": None, "after": after,
            "subject": {"type": subject, "id": id_, "version": self.versions[subject, id_]},
            "salt": base64.b64encode(hashlib.sha256(b"salt%d" % seq).digest()[:16]).decode(),
        }  # fmt: skip
        self.entries.append(canonical.canonical(event))
        return seq

    def evidence(self, number, content=None, action="evidence.added"):
        id_ = f"EV-2026-{number:04}"
        content = content if content is not None else f"Artefakt {number}, März\n".encode() * number
        sha = hashlib.sha256(content).hexdigest()
        self.files[id_] = [(f"evidence/{id_}-v1-{sha[:8]}.txt", content)]
        file = {"name": f"{number}\u2028.txt", "name_b64": None, "media_type": "text/plain",
                "position": 1, "sha256": sha, "size": len(content)}  # fmt: skip
        after = {"id": id_, "title": f"Report {number} \x07\u202e \U0001f600", "files": [file]}
        return self.add(action, "evidence", id_, after)

    def key_entry(self, what, id_, private, revoked_at=None):
        after = {"id": id_, "vkey": vkey(private), "revoked_at": revoked_at}
        return self.add(f"trail.key_{what}", "signing_key", id_, after)

    def issue(self, signers=None):
        """Issue the checkpoint over what there is; its bytes."""
        levels = proof.Levels(b"".join(map(tree.leaf_hash, self.entries)))
        said = checkpoint.Checkpoint(self.origin, levels.size, levels.root())
        by = self.signers if signers is None else signers
        lines = tuple(signing.Signer(self.origin, one).sign(said.body()) for one in by)
        self.checkpoints[said.size] = note.Note(said.body(), lines).written()
        return self.checkpoints[said.size]

    def cosign(self, at=DAY, witness="witness", size=None):
        size = size or max(self.checkpoints)
        body = self.checkpoints[size].split(b"\n\n")[0].decode() + "\n"
        line = cosignature.cosigned(body, WITNESS, key(witness), at).line()
        self.cosignatures[size] = self.cosignatures.get(size, "") + line

    def rotate(self, old, new, *, signers=None):
        """Add a key, sign over it with both, retire the old one in a following recording."""
        self.key_entry("added", "KEY-0002", new)
        self.issue([old, new] if signers is None else signers)
        self.key_entry("retired", "KEY-0001", old)
        self.signers = [new]

    def pack(self, folder, *, shown=None, keys=None, consistency=()):
        """Write the pack of the trail at the last checkpoint's size; the folder."""
        size = max(self.checkpoints)
        entries, mine = self.entries[:size], self.checkpoints[size]
        leaves = [tree.leaf_hash(one) for one in entries]
        levels = proof.Levels(b"".join(leaves))
        shown = range(size) if shown is None else shown
        body = mine.split(b"\n\n")[0]
        put = {
            f"{TRAIL}/entries.ndjson": b"".join(entries[seq] + b"\n" for seq in shown),
            f"{TRAIL}/statement.txt": body + f"\nfirst-leaf {leaves[0].hex()}\n".encode(),
            "data/index.html": b"<!doctype html><title>pack</title>",
            "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": INFO,
        }
        if len(shown) < size:
            put[f"{TRAIL}/leaf-hashes.txt"] = "".join(f"{x.hex()}\n" for x in leaves).encode()
        for old in consistency:
            text = proof.consistency_text(levels.consistency(old, size))
            put[f"{TRAIL}/consistency-from-{old}.txt"] = text.encode()
        put |= self._keys(self.signers if keys is None else keys)
        put |= self._checkpoints(size)
        put |= self._evidence(entries, levels, size, mine, shown)
        for name in ("VERIFY.md", "verify.py"):
            put[name] = (shipped.folder("templates") / "audit-pack" / name).read_bytes()
        for name, data in put.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return reseal(folder)

    def deliver(self, folder, *, digest=None, signers=None):
        """Record the delivery of the pack in `folder` and put the proof of it beside; its path."""
        sha = hashlib.sha256((folder / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
        said = checkpoint.stated((folder / TRAIL / "checkpoint").read_bytes())
        after = {"trail_size": said.size, "trail_root": note.encoded(said.root)}
        seq = self.add(
            "pack.issued", "pack", f"PACK-{said.size}", after | {"digest": digest or sha}
        )
        signed = self.issue(signers)
        levels = proof.Levels(b"".join(map(tree.leaf_hash, self.entries)))
        plain = proof.proof_text(seq, levels.inclusion(seq, levels.size), signed)
        head, rest = plain.split(b"\n", 1)
        path = folder.with_name(f"{folder.name}.issued.tlog-proof")
        path.write_bytes(b"%b\nextra %b\n%b" % (head, base64.b64encode(self.entries[seq]), rest))
        return path

    def _keys(self, keys):
        if not keys:
            return {}
        return {
            f"{TRAIL}/vkey.txt": "".join(f"{vkey(k, self.origin)}\n" for k in keys).encode(),
            f"{TRAIL}/log.pub.pem": signing.public_pem(signing.public_of(keys[0])),
        }

    def _checkpoints(self, size):
        put = {}
        for other, data in self.checkpoints.items():
            name = f"{TRAIL}/checkpoint" if other == size else f"{TRAIL}/checkpoints/{other}"
            put[name] = data
            if other in self.cosignatures:
                put[f"{name}.cosig"] = self.cosignatures[other].encode()
            for authority, reply in self.stamps.get(other, {}).items():
                put[f"{name}.{authority}.tsr"] = reply
        return put

    def _evidence(self, entries, levels, size, mine, shown):
        put, listed, newest = {}, [], {}
        for seq in shown:
            event = json.loads(entries[seq])
            if event["subject"]["type"] == "evidence":
                newest[event["subject"]["id"]] = seq
        for id_, seq in newest.items():
            path = levels.inclusion(seq, size)
            put[f"{TRAIL}/proofs/{id_}.tlog-proof"] = proof.proof_text(seq, path, mine)
            files = [{"path": path, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
                     for path, data in self.files[id_]]  # fmt: skip
            listed.append({"id": id_, "files": files})
            put |= {f"data/{path}": data for path, data in self.files[id_]}
        put["data/register/evidence.json"] = json.dumps({"evidence": listed}).encode()
        return put


def plain():
    """A signed trail: three artefacts, the first changed once, a checkpoint of an earlier size."""
    trail = Trail()
    for number in (1, 2):
        trail.evidence(number)
    trail.issue()
    trail.evidence(3)
    trail.evidence(1, action="evidence.approved")
    trail.add("ai_system.added", "ai_system", "SYS-2026-0001", {"id": "SYS-2026-0001"})
    trail.issue()
    return trail


def reseal(folder):
    """Both manifests anew, over whatever lies in the folder."""
    folder = Path(folder)
    names = sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
    payload = [name for name in names if name.startswith("data/")]
    tags = [n for n in names if n not in payload and "manifest-sha256" not in n]
    _manifest(folder, "manifest-sha256.txt", payload)
    _manifest(folder, "tagmanifest-sha256.txt", sorted([*tags, "manifest-sha256.txt"]))
    return folder


def _manifest(folder, name, members):
    lines = (f"{hashlib.sha256((folder / m).read_bytes()).hexdigest()}  {m}\n" for m in members)
    (folder / name).write_text("".join(lines))

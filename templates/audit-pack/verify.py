#!/usr/bin/env python3
"""Verify a govtrack audit pack, with nothing but this file. Python 3.8 or later, no other package.

    python3 verify.py [PACK] [--key KEY|FILE] [--since FILE|PACK] [--witness KEY|FILE]
                      [--tsa-root PEM] [--json]

PACK is the pack's folder or its zip, or a folder that holds just that one; left out, the folder this
file lies in. Each option may be given several times; --help explains them. The exit code is 0 where
nothing is wrong, 1 where something is, or where something that was asked for could not be checked here,
and 2 where the command or what an option names cannot be used. This copy came with a pack: whoever
forged the pack could forge this file too. Take one from elsewhere, or read it first.

What is checked, in this order. A finding is a line: CODE where: expected X, found Y.
 1. Every file is listed in a manifest and has its SHA-256.     file-missing file-changed file-extra
 2. The checkpoint is well written: origin, size, root, signatures.                       checkpoint
 3. Every entry shown is canonical JSON (RFC 8785), has the members of the format, stands in the
    order of its number, and names the checkpoint's trail.                  entry entry-order origin
 4. Its leaf hash is the one listed; there are as many as the checkpoint says; their Merkle root
    (RFC 6962) is the checkpoint's, as are the three lines of the statement.
                                                                          leaf size root statement
 5. Consistency proofs and other checkpoints in the pack agree with the entries.  consistency root
 6. With --witness: its cosignatures. With --tsa-root: time stamps (RFC 3161). cosignature timestamp
 7. With --key: that key signed the checkpoint, or passed on to the one that did: both signed the
    first checkpoint over the entry that announces the new one. A key that lies in the pack proves
    nothing: its fingerprint is told, to be compared.          signature stranger key-chain revoked
 8. With --since (a checkpoint, statement or proof kept from earlier, or a whole earlier pack): its
    root comes out of these entries still; an earlier pack is compared entry by entry, and its digest
    with the entry that records its delivery.                                                 since
 9. Each artefact's inclusion proof leads to the root, from its newest entry; its files are those
    that the entry names.                                  proof proof-entry proof-missing evidence
10. The proof of the delivery beside the pack (*.issued.tlog-proof), where there is one, names this
    pack's digest and is of this trail.                                                    delivery
How far it reaches: internal (agrees with itself) < signed < remembered < stamped < witnessed.

What this cannot show: that what was recorded is true; that all that happened was recorded; that the
pages, prints and tables say what the entries say (step 1 only shows that they are those of the
manifest, step 10 that they are those delivered); without a key, an older checkpoint, a stamp or a
witness from outside, that not all of it was written anew.
Signatures are checked by the package `cryptography`, if it can be imported, or by `openssl` 3; the
LibreSSL of macOS cannot. Time stamps need `openssl`.
"""

import sys

if __name__ == "__main__":
    sys.path[:] = sys.path[1:]  # nothing that lies beside this file is imported

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from datetime import datetime, timezone

TRAIL = "data/trail/"
EARLIEST = datetime(1, 1, 1, tzinfo=timezone.utc)
EMPTY = hashlib.sha256(b"").digest()
LEVELS = ("internal", "signed", "remembered", "stamped", "witnessed")
MEANING = {
    "internal": "It agrees with itself: nobody changed a part of it without the rest. Whoever can write all of it can make "
    "all of it agree.",
    "signed": "The trail's own key, known from outside, signed this root: nobody without that key rewrote the entries up to "
    "it. An older state that was once signed looks the same.",
    "remembered": "It is consistent with a size and root kept outside it: nothing up to that size was rewritten, cut off or "
    "rolled back since.",
    "stamped": "An independent authority (RFC 3161), known from outside, saw the signed root at the time it states: "
    "everything up to that size was there by then.",
    "witnessed": "A witness, known from outside, signed that it saw this state at the time it states. Where that witness asks "
    "for proof that each state continues the last one, all who rely on it are shown one history up to that size.",
}
ORDER = [  # in which findings are told: manifests, the trail, artefacts, the delivery
    "file-missing", "file-changed", "file-extra", "checkpoint", "entry", "entry-order", "origin", "leaf", "size", "root",
    "statement", "consistency", "signature", "stranger", "key-chain", "revoked", "since", "cosignature", "timestamp",
    "proof-missing", "proof", "proof-entry", "evidence", "delivery",
]
BESIDE_TRAIL = [*ORDER[:3], "evidence", "proof-missing", "delivery"]  # findings that leave the trail whole
LEFT_BEHIND = re.compile(r"(.*/)?(\.ds_store|thumbs\.db|desktop\.ini|\._[^/]*)", re.IGNORECASE)  # by systems, in folders
SHOWN = 5  # findings of one code that are told in text; --json has all
SEAL = "tagmanifest-sha256.txt"
NEEDED = {TRAIL + one for one in ("checkpoint", "statement.txt", "entries.ndjson", "leaf-hashes.txt", "vkey.txt")}
NONE = type(None)
MEMBERS = {
    "v": int, "trail": str, "seq": int, "at": str, "actor": str, "action": str, "reason": (str, NONE), "subject": dict,
    "after": (dict, NONE), "salt": str,
}
SUBJECT = {"type": str, "id": str, "version": int}
SMALL_ORDER = {  # keys under which anybody's signature would hold
    "00" * 32,
    "01" + "00" * 31,
    "ec" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
}
SPKI = bytes.fromhex("302a300506032b6570032100")  # what stands before an Ed25519 key in a .pem


# ---- the formats ----


def unbase64(text):
    data = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 not written in its one standard way")
    return data


def canonical_event(line):
    """The event that an entry's bytes say, if they are the canonical form of it and of the format."""

    def members(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a member twice")
        if not all(name.isascii() for name, _ in pairs):
            raise ValueError("a member's name that is not ASCII")
        return dict(pairs)

    def whole(text):
        if abs(int(text)) > 2**53 - 1:
            raise ValueError("a number beyond 2^53 - 1")
        return int(text)

    def refused(text):
        raise ValueError(f"the number {text}, which the format has not")

    event = json.loads(
        line.decode("utf-8"), object_pairs_hook=members, parse_int=whole, parse_float=refused, parse_constant=refused
    )
    written = json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if written.encode("utf-8") != line:  # a lone surrogate has no UTF-8, and raises
        raise ValueError("JSON in another form")
    for where, found, expected in (("", event, MEMBERS), ("subject", (event or {}).get("subject"), SUBJECT)):
        if not isinstance(found, dict) or found.keys() != expected.keys():
            raise ValueError(f"other members {where}".rstrip())
        for name, kind in expected.items():
            if not isinstance(found[name], kind) or isinstance(found[name], bool):
                raise ValueError(f"{name} of another type")
    if event["v"] != 1:
        raise ValueError(f"format version {event['v']}")
    return event


def stated(text):
    """Origin, size and root that three lines say."""
    origin, size, root = (*text.split("\n"), "", "")[:3]
    if not re.fullmatch(r"[^\s+\x00-\x1f]+", origin) or not re.fullmatch(r"0|[1-9][0-9]{0,18}", size):
        raise ValueError("no origin and size in its first two lines")
    data = unbase64(root)
    if len(data) != 32 or (size == "0" and data != EMPTY):
        raise ValueError("no root in its third line")
    return origin, int(size), data


def signature_line(line):
    dash, name, armour = line.split(" ")
    data = unbase64(armour)
    if dash != "\u2014" or not name or "+" in name or re.search(r"\s", name) or len(data) <= 4:
        raise ValueError("no signature line")
    return name, data[:4], data[4:]


class Checkpoint:
    """A signed note (C2SP) with the three lines of a checkpoint; unsigned, it ends with the empty line."""

    def __init__(self, data):
        text = data.decode("utf-8")
        if re.search(r"[\x00-\x09\x0b-\x1f]", text):
            raise ValueError("a control character")
        self.bytes, (body, parting, lines) = data, text.rpartition("\n\n")
        self.body = body + "\n"
        if not parting or body.count("\n") != 2 or (lines and not lines.endswith("\n")):
            raise ValueError("not three lines, an empty one and signatures")
        self.origin, self.size, self.root = stated(body)
        self.signatures = [signature_line(line) for line in lines.split("\n")[:-1]]
        if self.signatures and self.origin not in {name for name, _, _ in self.signatures}:
            raise ValueError("not signed in the name of its origin")


def base64text(data):
    return base64.b64encode(data).decode()


def read_proof(data):
    """Index, path and checkpoint of a proof (c2sp.org/tlog-proof@v1)."""
    head, _, quoted = data.partition(b"\n\n")
    first, index, *path = head.decode("ascii").split("\n")
    if first != "c2sp.org/tlog-proof@v1" or not re.fullmatch("index (0|[1-9][0-9]{0,18})", index):
        raise ValueError("another beginning")
    path = [unbase64(line) for line in path]
    if any(len(one) != 32 for one in path):
        raise ValueError("a hash of another length")
    return int(index[6:]), path, quoted


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def fingerprint(public):
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def parsed_vkey(line, kind=1):
    """Name and public key of a line NAME+KEYID+KEY."""
    if line.count("+") < 2:
        raise ValueError("not of the form NAME+KEYID+KEY")
    name, hex_id, armour = line.strip().split("+", 2)
    data = unbase64(armour)
    public = data[1:]
    if data[:1] != bytes([kind]) or len(public) != 32 or hex_id != key_id(name, kind, public).hex():
        raise ValueError("no key of this kind, or its id is not that of its name and key")
    if (public[:-1] + bytes([public[-1] & 0x7F])).hex() in SMALL_ORDER:
        raise ValueError("a key under which forged signatures would hold")
    return name, public


# ---- the tree (RFC 6962, RFC 9162) ----


def leaf_hash(line):
    return hashlib.sha256(b"\x00" + line).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    def __init__(self, leaves):
        self.levels = [leaves]  # the roots of all perfect subtrees, a list a level
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([node(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])

    def root(self, size):
        """The root over the first `size` leaves."""
        root = None
        for level in range(size.bit_length()):
            if size >> level & 1:
                peak = self.levels[level][(size >> level) - 1]
                root = peak if root is None else node(peak, root)
        return EMPTY if root is None else root


def included(index, size, leaf, path):
    """The root that an inclusion proof leads to; None where it cannot be one (RFC 9162, 2.1.3.2)."""
    root, at, last = leaf, index, size - 1
    for beside in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node(beside, root)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            root = node(root, beside)
        at, last = at >> 1, last >> 1
    return root if last == 0 and index < size else None


def consistent(old, new, old_root, new_root, path):
    """Whether a consistency proof leads to both roots (RFC 9162, 2.1.4.2)."""
    if old == new or old == 0:
        return not path and old_root == (new_root if old == new else EMPTY)
    if not old & (old - 1):
        path = [old_root, *path]
    if old > new or not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    earlier = later = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            earlier, later = node(beside, earlier), node(beside, later)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            later = node(later, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and earlier == old_root and later == new_root


# ---- what needs another program: signatures and time stamps ----


class Tools:
    """Ed25519 by `cryptography` or openssl 3; RFC 3161 by openssl. `ed25519` is None without either."""

    def __init__(self, pack):
        self.openssl = shutil.which("openssl")
        if self.openssl and within(self.openssl, pack):
            self.openssl = None  # a program that came with the pack is not run
        self.ed25519 = None
        for way in (self._by_cryptography, self._by_openssl):
            if self.ed25519 is None and self._able(way):
                self.ed25519 = way

    @staticmethod
    def _able(way):  # RFC 8032, 7.1, test 2: it must hold, and over other bytes it must not
        public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        signature = bytes.fromhex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
        try:
            return way(public, b"\x72", signature) and not way(public, b"\x73", signature)
        except Exception:  # whatever it is that fails here, it is not used
            return False

    @staticmethod
    def _by_cryptography(public, message, signature):
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def _by_openssl(self, public, message, signature):
        files = {"key": SPKI + public, "body": message, "sig": signature}
        return self._run(files, "pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in body -sigfile sig").returncode == 0

    def stamped(self, reply, data, root):
        """When the stamp says that it saw `data`; None where its chain does not end at this root."""
        shown = self._run({"tsr": reply}, "ts -reply -in tsr -text")
        at = re.search(r"Time stamp: (\w{3} +\d+ [\d:]+)(?:\.\d+)? (\d{4}) GMT", shown.stdout)
        if not at:
            raise ValueError("no time stamp")
        at = datetime.strptime(" ".join(at.groups()), "%b %d %H:%M:%S %Y").replace(tzinfo=timezone.utc)
        files = {"tsr": reply, "data": data, "root": root}
        done = self._run(files, f"ts -verify -in tsr -data data -CAfile root -attime {int(at.timestamp())}")
        if done.returncode == 0:
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
        if re.search(r"self[- ]signed certificate|unable to (get|verify)", done.stdout + done.stderr):
            return None
        raise ValueError("one that does not hold for it")

    def _run(self, files, arguments):
        with tempfile.TemporaryDirectory() as folder:
            for name, data in files.items():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(data)
            return subprocess.run(
                [self.openssl, *arguments.split()], cwd=folder, env={**os.environ, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
            )


# ---- the pack's files ----


def lineage(origin):
    """The origin without its generation: a restored register goes on as .../g2."""
    return re.sub(r"/g[0-9]+$", "", origin)


def within(path, folder):
    return (os.path.realpath(path) + os.sep).startswith(os.path.realpath(folder) + os.sep)


class Pack:
    """The files of a folder or of a zip, by their path from the folder that holds bagit.txt."""

    def __init__(self, path):
        self.asked, self.odd, self.files, self.zip = path, [], {}, None
        self.path = path = self._bag(path) if os.path.isdir(path) else path
        if os.path.isdir(path):
            for folder, inner, names in os.walk(path):
                for name in inner + names:
                    full = os.path.join(folder, name)
                    inside = os.path.relpath(full, path).replace(os.sep, "/")
                    if os.path.islink(full) or (name in names and not os.path.isfile(full)):
                        self.odd.append((inside, "a file", "a link, or something else that is no file"))
                    elif name in names:
                        self.files[inside] = full
        else:
            self.zip = zipfile.ZipFile(path)
            members = [one for one in self.zip.infolist() if not one.is_dir()]
            names = [one.filename for one in members]
            top = min((n[: -len("bagit.txt")] for n in names if n.endswith("bagit.txt")), key=len, default="")
            for name, member in zip(names, members):
                inside = name[len(top) :] if name.startswith(top) else name
                if inside in self.files:
                    self.odd.append((inside, "one file of that name", "two"))
                self.files.setdefault(inside, member)
        if not {"bagit.txt", "manifest-sha256.txt", TRAIL + "entries.ndjson"} & self.files.keys():
            raise ValueError("holds no audit pack (no bagit.txt)")

    @staticmethod
    def _bag(path):
        """The one bag in a folder that is none itself."""
        inner = [os.path.join(path, name) for name in sorted(os.listdir(path))]
        bags = [one for one in inner if os.path.isfile(os.path.join(one, "bagit.txt")) and not os.path.islink(one)]
        if os.path.exists(os.path.join(path, "bagit.txt")) or os.path.exists(os.path.join(path, "manifest-sha256.txt")):
            return path
        if len(bags) > 1:
            raise ValueError("holds several packs: name one of them")
        return bags[0] if bags else path

    def delivery(self):
        """The bytes of the proof of the delivery beside the pack, or None."""
        path = os.path.abspath(self.path)
        path = (os.path.splitext(path)[0] if self.zip and path.lower().endswith(".zip") else path) + ".issued.tlog-proof"
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read()

    def open(self, name):
        return self.zip.open(self.files[name]) if self.zip else open(self.files[name], "rb")

    def read(self, name):
        with self.open(name) as file:
            return file.read()

    def digest(self, name):
        sha = hashlib.sha256()
        with self.open(name) as file:
            for chunk in iter(lambda: file.read(1 << 20), b""):
                sha.update(chunk)
        return sha.hexdigest()

    def name(self):
        """Whose pack this says it is, what it is called, and its number."""
        data = self.read("bag-info.txt") if "bag-info.txt" in self.files else b""
        lines = data.decode("utf-8", "replace").replace("\n ", " ").split("\n")
        said = {name.lower(): words.strip() for name, _, words in (line.partition(":") for line in lines)}
        names = {"organisation": "source-organization", "title": "external-description", "identifier": "external-identifier"}
        return {name: said.get(field) or None for name, field in names.items()}


class Verification:
    """Runs the numbered steps; `findings`, `notes`, `layers` and `unchecked` say what came out."""

    def __init__(self, pack, tools, anchors=(), since=(), witnesses=(), roots=()):
        self.pack, self.tools, self.anchors = pack, tools, list(dict.fromkeys(anchors))
        self.since, self.witnesses, self.roots = since, witnesses, roots
        self.findings, self.notes, self.layers, self.unchecked = [], [], [], []
        self.events, self.newest, self.delivered, self.digests = [], {}, [], {}
        self.checkpoint = self.tree = None
        self.level, self.signed, self.counting = "internal", {}, []

    def find(self, code, where, expected, found):
        self.findings.append({"code": code, "where": where, "expected": str(expected), "found": str(found)})

    def run(self):
        if self.pack.path != self.pack.asked:
            self.notes.append(f"{self.pack.asked} holds one pack, {os.path.basename(self.pack.path)}: that one was checked")
        self.manifests()
        self.checkpoint = self.read_checkpoint(TRAIL + "checkpoint")
        leaves = self.entries()
        if self.checkpoint:
            self.over_all(leaves)
        if self.checkpoint and self.tree:
            others = self.other_checkpoints()
            self.signatures(others, self.outside(others))
            self.older()
            self.proofs()
            self.delivery()
        if self.of("stamped") and not self.of("signed"):
            self.notes.append("a time stamp holds, and without --key nothing says whose checkpoint it is of")
            self.layers = [one for one in self.layers if one["level"] != "stamped"]
        self.findings.sort(key=lambda one: ORDER.index(one["code"]))
        self.layers.sort(key=lambda one: -LEVELS.index(one["level"]))
        self.level = self.layers[0]["level"] if self.layers else "internal"
        return self

    def of(self, level):
        return [one for one in self.layers if one["level"] == level]

    def manifests(self):  # 1
        listed = {SEAL}
        for manifest in ("manifest-sha256.txt", SEAL):
            if manifest not in self.pack.files:
                self.find("file-missing", manifest, "the list of digests", "no such file")
                continue
            for line in filter(None, self.pack.read(manifest).decode("utf-8", "replace").split("\n")):
                expected, _, name = line.partition("  ")
                listed.add(name)
                if name not in self.pack.files:
                    self.find("file-missing", name, f"a file with SHA-256 {expected}", "no such file")
                    continue
                self.digests[name] = self.digests.get(name) or self.pack.digest(name)
                if self.digests[name] != expected:
                    self.find("file-changed", name, f"SHA-256 {expected}", self.digests[name])
        if SEAL in self.pack.files:
            self.digests[SEAL] = self.pack.digest(SEAL)
        extra = sorted(self.pack.files.keys() - listed)
        left = [name for name in extra if LEFT_BEHIND.fullmatch(name)]
        if left:
            self.notes.append(f"passed over, as a computer leaves such files by itself: {', '.join(left)}")
        for name in (one for one in extra if one not in left):
            self.find("file-extra", name, "a file that a manifest lists", "one that none lists")
        for name in extra if {"manifest-sha256.txt", SEAL} <= self.pack.files.keys() else ():
            if name in left or name not in NEEDED:
                del self.pack.files[name]  # it is found; nothing else looks at it
        for name, expected, found in self.pack.odd:
            self.find("file-extra", name, expected, found)

    def read_checkpoint(self, name):  # 2
        try:
            return Checkpoint(self.pack.read(name))
        except KeyError:
            self.find("checkpoint", name, "the checkpoint of the pack", "no such file")
        except ValueError as error:
            self.find("checkpoint", name, "a checkpoint", str(error).split("\n")[0])
        return None

    def entries(self):  # 3; gives the leaf hashes
        name, leaves, before, generation, base = TRAIL + "entries.ndjson", [], -1, 1, None
        event = {"trail": None}
        listed = self.leaf_hashes()
        lines = self.pack.read(name).split(b"\n") if name in self.pack.files else [b""]
        if lines.pop() != b"":
            self.find("entry", f"{name} line {len(lines) + 1}", "a line that ends", "one that is cut off")
        if self.checkpoint:
            base = lineage(self.checkpoint.origin)
        for number, line in enumerate(lines):
            leaf = leaf_hash(line)
            leaves.append(leaf)
            try:
                event = canonical_event(line)
            except (ValueError, RecursionError) as error:
                self.find("entry", f"{name} line {number + 1}", "an entry in canonical JSON", error)
                before += 1
                continue
            seq, where, action = event["seq"], f"entry {event['seq']}", event["action"]
            if seq <= before or (listed is None and seq != number):
                self.find("entry-order", where, f"entry {before + 1}" if listed is None else "a later one", seq)
            if listed is not None and (seq >= len(listed) or listed[seq] != leaf):
                known = listed[seq].hex() if 0 <= seq < len(listed) else "none"
                self.find("leaf", where, f"leaf hash {known}", leaf.hex())
            begun = re.fullmatch(r"(.*?)(?:/g([0-9]+))?", event["trail"])
            later = int(begun.group(2) or 1)
            restored = action == "trail.restored" or (listed is not None and seq != before + 1)
            if base and (begun.group(1) != base or later < generation or (later > generation and not restored)):
                self.find("origin", where, base + (f"/g{generation}" if generation > 1 else ""), event["trail"])
            if action == "trail.restored":
                self.notes.append(
                    f"entry {seq} begins generation {later}: the register was restored from an older copy, and what came "
                    "after that copy is lost"
                )
            before, generation = seq, max(generation, later)
            if action in ("trail.key_added", "trail.key_retired", "trail.key_revoked"):
                self.events.append(event)
            after = event["after"] or {}
            if event["subject"]["type"] == "evidence":
                self.newest[event["subject"]["id"]] = event
            if event["subject"]["type"] == "pack" and type(after.get("trail_size")) is int:
                self.delivered.append((after["trail_size"], after.get("trail_root"), seq, action, after.get("digest")))
        mine = self.checkpoint
        if lines and mine and before == mine.size - 1 and event["trail"] != mine.origin:
            self.find("origin", TRAIL + "checkpoint", event["trail"], mine.origin)
        return leaves if listed is None else listed

    def leaf_hashes(self):
        name = TRAIL + "leaf-hashes.txt"
        if name not in self.pack.files:
            return None
        lines = self.pack.read(name).decode("utf-8", "replace").split("\n")
        bad = [n for n, line in enumerate(lines[:-1], 1) if not re.fullmatch("[0-9a-f]{64}", line)]
        if bad or lines[-1]:
            self.find("leaf", f"{name} line {bad[0] if bad else len(lines)}", "a SHA-256 in hex", "none")
        return [] if bad else [bytes.fromhex(line) for line in lines[:-1]]

    def over_all(self, leaves):  # 4
        mine = self.checkpoint
        if len(leaves) != mine.size:
            self.find("size", TRAIL + "checkpoint", f"{len(leaves)} entries", mine.size)
            return
        self.tree = Tree(leaves)
        self.same_root(mine, TRAIL + "checkpoint")
        name = TRAIL + "statement.txt"
        try:
            said = self.pack.read(name).decode("utf-8")
            first = ["first-leaf " + leaves[0].hex()] if leaves else []
            if stated(said) != (mine.origin, mine.size, mine.root):
                self.find("statement", name, " ".join(mine.body.split()), " ".join(said.split("\n")[:3]))
            elif first and said.split("\n")[3:4] != first:
                self.find("statement", name, first[0], " ".join(said.split("\n")[3:4]))
        except (KeyError, ValueError):
            self.find("statement", name, "the checkpoint's three lines", "none")

    def same_root(self, one, name):
        root = self.tree.root(one.size)
        if root != one.root:
            self.find("root", name, f"{base64text(root)}, the root of these {one.size} entries", base64text(one.root))

    def other_checkpoints(self):  # 5; gives all checkpoints by size, with the names of their files
        mine, found = self.checkpoint, {}
        for size, said, seq, _, _ in self.delivered:
            root = base64text(self.tree.root(size)) if 0 <= size <= mine.size else said
            if root != said:
                self.find("consistency", f"entry {seq}, the pack that stated size {size}", root, said)
        for name in sorted(self.pack.files):
            older = re.fullmatch(TRAIL + r"consistency-from-([0-9]+)\.txt", name)
            if older:
                self.consistency(name, int(older.group(1)))
            size = re.fullmatch(TRAIL + r"checkpoints/([0-9]+)", name)
            other = self.read_checkpoint(name) if size else None
            if not other:
                continue
            if other.size != int(size.group(1)):
                self.find("checkpoint", name, f"one of size {size.group(1)}", f"one of size {other.size}")
            elif other.size > mine.size:
                self.find("checkpoint", name, f"one of at most the pack's {mine.size} entries", f"one of size {other.size}")
            elif lineage(other.origin) != lineage(mine.origin):
                self.find("origin", name, mine.origin, other.origin)
            else:
                found[other.size] = (other, name)
                self.same_root(other, name)
        found[mine.size] = (mine, TRAIL + "checkpoint")
        return dict(sorted(found.items()))

    def consistency(self, name, old):
        try:
            path = [unbase64(line) for line in self.pack.read(name).decode("ascii").split("\n")[:-1]]
        except ValueError:
            path = None
        mine = self.checkpoint
        if path is None or old > mine.size or not consistent(old, mine.size, self.tree.root(old), mine.root, path):
            self.find("consistency", name, f"a proof from size {old} to {mine.size}", "none that holds")

    def outside(self, checkpoints):  # 6; gives the sizes and times that cosignatures and stamps attest
        attested = []
        for one, name in checkpoints.values():
            for beside in sorted(n for n in self.pack.files if n.startswith(name + ".")):
                if beside == name + ".cosig":
                    attested += self.cosigned(one, beside)
                elif beside.endswith(".tsr"):
                    attested += self.stamped(one, beside)
        return attested

    def cosigned(self, one, beside):
        try:
            lines = [signature_line(line) for line in self.pack.read(beside).decode("utf-8").split("\n")[:-1]]
        except ValueError:
            self.find("cosignature", beside, "lines of cosignatures", "something else")
            return
        for name, public in self.witnesses:
            for signature in [s for n, i, s in lines if (n, i) == (name, key_id(name, 4, public))]:
                if not self.tools.ed25519:
                    self.unable(f"{beside}: the cosignature could not be checked here", True)
                    continue
                at = int.from_bytes(signature[:8], "big")
                message = f"cosignature/v1\ntime {at}\n{one.body}".encode()
                if at >= 2**37 or not self.tools.ed25519(public, message, signature[8:]):
                    self.find("cosignature", beside, f"one of {name} that holds", "one that does not")
                    continue
                at = datetime.fromtimestamp(at, timezone.utc)
                said = at.strftime("%Y-%m-%dT%H:%M:%SZ")
                self.layers.append({"level": "witnessed", "size": one.size, "who": name, "at": said})
                yield one.size, at

    def stamped(self, one, beside):
        if not self.roots:
            self.notes.append(f"{beside}: not checked; give the authority's root as --tsa-root")
        elif not self.tools.openssl:
            self.unable(f"{beside}: the time stamp could not be checked here: there is no openssl", True)
        else:
            try:
                found = [self.tools.stamped(self.pack.read(beside), one.bytes, root) for root in self.roots]
            except ValueError as error:
                self.find("timestamp", beside, "a time stamp of the checkpoint", error)
                return
            if any(found):
                at = next(filter(None, found))
                self.layers.append({"level": "stamped", "size": one.size, "who": beside, "at": at})
                yield one.size, instant(at)
            else:
                self.notes.append(f"{beside}: its certificates lead to none of the roots given; it proves nothing here")

    def unable(self, words, asked):
        self.notes.append(words)
        if asked:
            self.unchecked.append(words)

    def signatures(self, checkpoints, attested):  # 7
        if not self.tools.ed25519:
            self.unable("the signature could not be checked here: neither `cryptography` nor openssl 3", self.anchors)
            return
        keys = self.key_events()
        added, retired, revoked = keys
        for size, (one, name) in checkpoints.items():
            known = [k for k in added if added[k] < size]
            self.signed[size] = self.signers(one, name, [*self.anchors, *known, *self.own_keys()])
        trusted, counted, why, gaps = self.walk(self.anchors, checkpoints, attested, keys)
        self.counting = [k for k in trusted if k not in retired and k not in revoked]
        reached = {k: self.walk([k], checkpoints, attested, keys)[0] for k in self.anchors}
        chain = sorted(self.anchors, key=lambda k: added.get(k, sys.maxsize))
        for at, key in enumerate(chain[1:] if chain and chain[0] in added else (), 1):
            if not any(key in reached[earlier] for earlier in chain[:at]):
                self.notes.append(
                    f"the key {fingerprint(key)} was not passed on to by the key {fingerprint(chain[at - 1])}: each counts only "
                    "because you gave it"
                )
        self.conclude(checkpoints, counted, why, keys)
        for public in () if any(one["code"] == "key-chain" for one in self.findings) else gaps:
            if any(added.get(k, added[public]) < added[public] for k in trusted):
                self.notes.append(f"continuity of key not proven after {added[public]}: no trusted key signed for {fingerprint(public)}")

    def walk(self, anchors, checkpoints, attested, keys):
        """From these keys on: those trusted, who counts on which size, why another does not, those not passed on to."""
        trusted, judged, counted, why, gaps = dict.fromkeys(anchors), set(anchors), {}, {}, {}
        added, retired, revoked = keys
        for size in checkpoints:
            for public in (k for k in self.signed[size] if k in trusted):
                times = [at for stamped, at in attested if stamped >= size]
                if retired.get(public, size) < size:
                    why[size] = "retired"
                elif public in revoked and not (times and min(times) < revoked[public]):
                    why[size] = "revoked"
                else:
                    counted[size] = public
            for public in (k for k in added if added[k] < size and k not in judged):
                judged.add(public)
                if size in counted and public in self.signed[size]:
                    trusted[public] = None
                else:
                    gaps[public] = size
        return trusted, counted, why, gaps

    def signers(self, one, name, known):
        """The known keys that signed; where a signature of one does not hold, the whole note is refused."""
        found, sound = [], True
        for public in dict.fromkeys(known):
            lines = [s for n, i, s in one.signatures if (n, i) == (one.origin, key_id(one.origin, 1, public))]
            if not all(self.tools.ed25519(public, one.body.encode(), signature) for signature in lines):
                self.find("signature", name, f"one by {fingerprint(public)} that holds", "one that does not")
                sound = False
            elif lines:
                found.append(public)
        return found if sound else []

    def conclude(self, checkpoints, counted, why, keys):
        mine, name, added = self.checkpoint, TRAIL + "checkpoint", keys[0]
        signers, given = self.signed[mine.size], " or ".join(map(fingerprint, self.anchors))
        unknown = "a key that is not known (id " + ", ".join(i.hex() for _, i, _ in mine.signatures) + ")"
        said = ", ".join(map(fingerprint, signers)) or (unknown if mine.signatures else "no signature")
        if any(one["code"] == "signature" for one in self.findings):
            return
        if not self.anchors:
            compare = "compare it with the key that you noted, and give that as --key; a key known from the pack alone proves nothing"
            self.notes.append(f"signed by {said}: {compare}" if mine.signatures else "the pack is not signed")
        elif mine.size in counted or (counted and not mine.signatures):
            size = max(counted)
            self.layers.append({"level": "signed", "size": size, "who": fingerprint(counted[size])})
            if size < mine.size:
                self.notes.append(f"{entries(mine.size - size)} after checkpoint {size}: not signed")
        elif why.get(mine.size) == "revoked":
            self.find("revoked", name, "a stamp or cosignature from before the key was revoked", said)
        elif set(self.anchors) & set(added) and signers:
            expected = f"a signature by {given}, or by a key that this one passed on to"
            self.find("key-chain", name, expected, self.broken(signers[0], checkpoints, keys))
        else:
            self.find("stranger", name, f"a signature by {given}", said)

    def broken(self, signer, checkpoints, keys):
        """Where the chain of keys that leads to the one that signed is open."""
        added, retired, _ = keys
        key = f"the key that signed ({fingerprint(signer)})"
        if retired.get(signer, self.checkpoint.size) < self.checkpoint.size:
            return f"{key}, which entry {retired[signer]} retired"
        while signer in added:
            seq = added[signer]
            over = min(size for size in (*checkpoints, self.checkpoint.size) if size > seq)
            before = max((k for k in added if added[k] < seq), key=added.get, default=None)
            if before is None:
                return f"entry {seq} announces {key}, but no key stands before it"
            if before not in self.signed[over]:
                return f"entry {seq} announces {key}, but the key before it ({fingerprint(before)}) did not sign checkpoint {over}"
            if signer not in self.signed[over]:
                return f"entry {seq} announces {key}, but that key itself did not sign checkpoint {over}"
            signer, key = before, f"a key before the one that signed ({fingerprint(before)})"
        return f"{key}, which no entry announces"

    def key_events(self):
        """What the entries say of each key: added by which entry, retired by which, revoked from when."""
        added, retired, revoked = {}, {}, {}
        for event in self.events:
            try:
                public = parsed_vkey(event["after"]["vkey"])[1]
            except (KeyError, TypeError, ValueError, AttributeError):
                self.find("key-chain", f"entry {event['seq']}", "a key, NAME+KEYID+KEY", "none")
                continue
            if event["action"] == "trail.key_added":
                added.setdefault(public, event["seq"])
            elif event["action"] == "trail.key_retired":
                retired.setdefault(public, event["seq"])
            else:
                since = instant(event["after"].get("revoked_at"))
                revoked[public] = min(since, revoked.get(public, since))
        return added, retired, revoked

    def own_keys(self):
        """The keys that lie in the pack: good for saying who signed, not for trusting it."""
        found = []
        for line in self.pack.read(TRAIL + "vkey.txt").split(b"\n") if TRAIL + "vkey.txt" in self.pack.files else ():
            try:
                found.append(parsed_vkey(line.decode("utf-8"))[1])
            except ValueError:
                continue
        return found

    def older(self):  # 8
        mine, ours = self.checkpoint, self.tree.levels[0]
        for name, (origin, size, root), leaves, digest in self.since:
            differ = next((n for n, (one, other) in enumerate(zip(leaves or (), ours)) if one != other), None)
            first = f", the first entry that differs is {differ}" if differ is not None else ""
            if lineage(origin) != lineage(mine.origin):
                self.find("since", name, f"a state of {mine.origin}", f"one of {origin}")
            elif size > mine.size:
                why = "cut off, an older copy or another history; the whole earlier pack would tell which"
                if leaves is not None:
                    why = "another history" + first if first else "cut off or an older copy, no entry that is here differs"
                self.find("since", name, f"at least {size} entries", f"{mine.size}: {why}")
            elif self.tree.root(size) != root:
                self.find("since", name, f"root {base64text(root)} at size {size}", f"root {base64text(self.tree.root(size))}{first}")
            else:
                self.layers.append({"level": "remembered", "size": size, "who": name})
                if digest and size < mine.size:
                    self.recorded(name, size, digest)

    def recorded(self, name, size, digest):
        """Whether an entry records the delivery of the earlier pack that was given, file for file."""
        issued = [(seq, at, said) for at, _, seq, action, said in self.delivered if action == "pack.issued"]
        found = next((seq for seq, _, said in issued if said == digest), None)
        if found is None:
            others = [f"entry {seq}, of a pack with digest {said}" for seq, at, said in issued if at == size]
            expected = f"an entry that records the delivery of that pack, digest {digest}"
            self.find("since", name, expected, others[0] if others else "no such entry")
        else:
            self.notes.append(f"{name}: entry {found} records the delivery of that pack")

    def proofs(self):  # 9
        mine, proven = self.checkpoint, set()
        for name in sorted(self.pack.files):
            found = re.fullmatch(TRAIL + r"proofs/([^/]+)\.tlog-proof", name)
            if not found:
                continue
            id_ = found.group(1)
            proven.add(id_)
            try:
                index, path, quoted = read_proof(self.pack.read(name))
            except ValueError as error:
                self.find("proof", name, "an inclusion proof (c2sp.org/tlog-proof@v1)", error)
                continue
            if quoted != mine.bytes:
                self.find("proof", name, "the pack's checkpoint at its end", "another")
            event = self.newest.get(id_)
            if event is None or event["seq"] != index:
                self.find("proof-entry", name, f"the newest entry of {id_}" + (f", {event['seq']}" if event else ""), f"entry {index}")
            if index >= mine.size or included(index, mine.size, self.tree.levels[0][index], path) != mine.root:
                self.find("proof", name, "a path that leads to the root", f"another, of {len(path)} hashes")
        self.evidence(proven)

    def evidence(self, proven):
        wanted = set()
        for name in sorted(n for n in self.pack.files if n.startswith("data/evidence/")):
            id_ = re.sub(r"-v[0-9]+-[0-9a-f]{8}(\.[^/]*)?$", "", name[len("data/evidence/") :])
            wanted.add(id_)
            event = self.newest.get(id_) or {}
            named = {file["sha256"] for file in (event.get("after") or {}).get("files", ())}
            digest = self.digests.get(name) or self.pack.digest(name)
            if digest not in named:
                meant = re.search(r"-([0-9a-f]{8})(?:\.[^/]*)?$", name)  # the name says how its digest begins
                these = sorted(one for one in named if meant and one.startswith(meant.group(1))) or sorted(named)
                expected = f"SHA-256 {' or '.join(these) or 'of no file'} (entry {event.get('seq', 'none')} of {id_})"
                self.find("evidence", name, expected, digest)
        try:
            listed = json.loads(self.pack.read("data/register/evidence.json").decode("utf-8"))["evidence"]
        except (KeyError, ValueError, TypeError):
            listed = []
        for one in listed:
            wanted.add(one["id"])
            for file in one.get("files", ()):
                if file.get("path") and "data/" + file["path"] not in self.pack.files:
                    self.find("evidence", "data/" + file["path"], f"the file of {one['id']}", "no such file")
        for id_ in sorted(wanted - proven):
            self.find("proof-missing", f"{TRAIL}proofs/{id_}.tlog-proof", f"a proof for {id_}", "no such file")

    def delivery(self):  # 10
        where, data, mine, seal = "the proof of delivery beside the pack", self.pack.delivery(), self.checkpoint, self.digests.get(SEAL)
        if data is None:
            self.notes.append("no proof of its delivery lies beside the pack")
            return
        try:
            head, extra, rest = data.split(b"\n", 2)
            if not extra.startswith(b"extra "):
                raise ValueError("no line `extra` with the entry")
            line = unbase64(extra[6:].decode("ascii"))
            event, (index, path, quoted) = canonical_event(line), read_proof(head + b"\n" + rest)
            said = Checkpoint(quoted)
            if included(index, said.size, leaf_hash(line), path) != said.root:
                raise ValueError("a path that does not lead to its root")
        except ValueError as error:
            self.find("delivery", where, "an inclusion proof with its entry", error)
            return
        named = (event["after"] or {}).get("digest")
        if (event["action"], event["seq"], event["trail"], named) != ("pack.issued", index, said.origin, seal):
            self.find("delivery", where, f"the delivery of the pack with digest {seal}", f"{event['action']} of {named}")
        elif lineage(said.origin) != lineage(mine.origin):
            self.find("delivery", where, f"one of the trail {mine.origin}", f"one of {said.origin}")
        else:
            able = self.tools.ed25519
            lines = [(k, s) for k in self.counting for n, i, s in said.signatures if (n, i) == (said.origin, key_id(n, 1, k))]
            by = [fingerprint(k) for k, s in lines if able(k, said.body.encode(), s)]
            if able and self.anchors and said.signatures and (not by or len(by) < len(lines)):
                self.find("delivery", where, "a signature by a key that counts", "none that does" if not lines else "one that does not hold")
            elif any(one["code"].startswith("file-") for one in self.findings):
                self.notes.append(f"entry {index} records the delivery of a pack with this digest, but not all files here are its files")
            else:
                who = f"; signed by {by[0]}" if by else "; unsigned" * (not said.signatures) + "; nothing from outside says whose trail that is"
                self.notes.append(f"entry {index} of the trail records the delivery of exactly this pack, its pages and tables too{who}")


def instant(text):
    """A time in UTC; one that cannot be read is the earliest."""
    try:
        return datetime.fromisoformat(text[:19] + "+00:00") if text.endswith("Z") else EARLIEST
    except (ValueError, AttributeError, TypeError):
        return EARLIEST


# ---- the command ----


def wrong(words):
    print(f"verify.py: {visible(words)}", file=sys.stderr)
    raise SystemExit(2)


def given_bytes(option, given, pack):
    """What a file says; one that lies in the pack proves nothing."""
    if within(given, pack.path):
        wrong(f"{option} {given}: lies in the pack itself, so it proves nothing; give what you had before")
    try:
        with open(given, "rb") as file:
            return file.read()
    except FileNotFoundError:
        wrong(f"{option} {given}: no such file")
    except OSError as error:
        wrong(f"{option} {given}: cannot be read: {error.strerror}")


def given_keys(option, options, pack, kind):
    for given in options:
        form = "a line NAME+KEYID+KEY" + (", or a public key in PEM" if kind == 1 else " of kind 4")
        is_file = os.path.exists(given)
        text = given_bytes(option, given, pack).decode("utf-8-sig", "replace") if is_file else given
        if text.strip().startswith("SHA256:"):
            wrong(f"{option} {given}: is a fingerprint, not a key: give the line it belongs to (NAME+KEYID+KEY)")
        try:
            if "PRIVATE KEY" in text:
                raise ValueError("is a private key: give the public one, and keep that one to yourself")
            if kind == 1 and "-----BEGIN PUBLIC KEY-----" in text:
                der = base64.b64decode("".join(text.split("-----")[2].split()))
                if der[: len(SPKI)] != SPKI or len(der) != len(SPKI) + 32:
                    raise ValueError("is no key of Ed25519")
                text = f"pem+{key_id('pem', 1, der[-32:]).hex()}+{base64text(b'%c' % 1 + der[-32:])}"
            lines = [line for line in text.splitlines() if line.strip()]
            if not lines or any(line.count("+") < 2 for line in lines):
                raise ValueError("not all its lines are such" if is_file else "there is no such file, and it is no such line")
            yield from [parsed_vkey(line, kind) for line in lines]
        except (ValueError, IndexError) as error:
            wrong(f"{option} {given}: expected {form}, or a file with one ({error})")


def given_since(options, pack):
    """Each older state: its name, the three lines, and of a whole pack the leaf hashes and the digest."""
    for given in options:
        leaves = digest = None
        try:
            if os.path.isdir(given) or (os.path.isfile(given) and zipfile.is_zipfile(given)):
                older = Pack(given)
                if within(older.path, pack.path):
                    wrong(f"--since {given}: lies in the pack itself, so it proves nothing; give what you had before")
                one = Checkpoint(older.read(TRAIL + "checkpoint"))
                state, it = (one.origin, one.size, one.root), Verification(older, None)
                lines = older.read(TRAIL + "entries.ndjson").split(b"\n")[:-1]
                listed = it.leaf_hashes()
                leaves = [leaf_hash(line) for line in lines] if listed is None else listed
                digest = older.digest(SEAL)
                if len(leaves) != one.size or Tree(leaves).root(one.size) != one.root:
                    raise ValueError("a pack that does not agree with itself: verify it first")
            else:
                text = given_bytes("--since", given, pack).decode("utf-8-sig").replace("\r\n", "\n")
                state = stated(text.partition("\n\n")[2] if text.startswith("c2sp.org/tlog-proof@v1\n") else text)
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            wrong(f"--since {given}: expected a checkpoint, statement or proof, or an earlier pack's folder or zip ({error})")
        yield given, state, leaves, digest


def given_roots(options, pack):
    for given in options:
        pem = given_bytes("--tsa-root", given, pack)
        if not re.search(rb"-----BEGIN (TRUSTED )?CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END ", pem):
            wrong(f"--tsa-root {given}: expected a certificate in PEM")
        yield pem


def main():
    parser = argparse.ArgumentParser(
        description="Verify a govtrack audit pack: that it agrees with itself, and with what you hold from outside it.",
        epilog="Exit code: 0 nothing is wrong; 1 something is, or could not be checked here; 2 the command cannot be used. "
        "The head of this file says what is checked. Example: python3 verify.py --key noted.vkey --since ../audit-pack-2025",
    )
    parser.add_argument("pack", nargs="?", default=os.path.dirname(os.path.abspath(__file__)),
                        help="the pack's folder or zip; left out, the folder this file lies in")  # fmt: skip
    for option, name, words in (
        ("--key", "KEY", "the signing key as you noted it: a line NAME+KEYID+KEY, a file with such lines, or a public key in PEM"),
        ("--since", "OLDER", "what you kept from earlier: a checkpoint, a statement.txt, a proof, or a whole earlier pack"),
        ("--witness", "KEY", "the key of a witness whom you trust, as a line NAME+KEYID+KEY or a file with it; its cosignatures count"),
        ("--tsa-root", "PEM", "the root certificate of a time-stamping authority, from that authority; its time stamps count"),
    ):  # fmt: skip
        parser.add_argument(option, metavar=name, action="append", default=[], help=words + "; may be given several times")
    parser.add_argument("--json", action="store_true", help="print all as one JSON document")
    asked = parser.parse_args()
    try:
        if not os.path.isdir(asked.pack) and not zipfile.is_zipfile(asked.pack):
            raise ValueError("neither a folder nor a zip")
        pack = Pack(asked.pack)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        wrong(f"{asked.pack}: {error}")
    anchors = [public for _, public in given_keys("--key", asked.key, pack, 1)]
    witnesses = list(given_keys("--witness", asked.witness, pack, 4))
    roots, since = list(given_roots(asked.tsa_root, pack)), list(given_since(asked.since, pack))
    done = Verification(pack, Tools(pack.path), anchors, since, witnesses, roots)
    try:
        done.run()
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile) as error:
        done.find("entry", asked.pack, "a pack that can be read", f"{type(error).__name__}: {error}")
    tell(done, asked)
    return 1 if done.findings or done.unchecked else 0


def tell(done, asked):
    mine, whole, name = done.checkpoint, done.digests.get(SEAL), done.pack.name()
    level = None if done.findings else done.level
    still = done.layers if done.findings and all(one["code"] in BESIDE_TRAIL for one in done.findings) else []
    layers = [] if done.findings else done.layers
    root = mine and base64text(mine.root)
    verdicts = [] if done.findings else verdict(done)
    if asked.json:
        said = {"format": "govtrack.pack-check/1", "pack": asked.pack, **name, "files": len(done.digests), "level": level}
        said.update(layers=layers, verdict=verdicts, trail_layers=still, findings=done.findings, notes=done.notes, unchecked=done.unchecked)
        said.update(tagmanifest_sha256=whole, checkpoint=mine and {"origin": mine.origin, "size": mine.size, "root": root})
        print(json.dumps(said, indent=1))
        return
    title = f": {name['title']}" if name["title"] else ""
    lines = [f"Pack {name['identifier'] or 'without a name'}{' of ' * bool(name['organisation'])}{name['organisation'] or ''}{title}"]
    lines += [f"digest {whole} (SHA-256 of {SEAL}; compare it with the sender's)", f"files  {len(done.digests)} hashed"]
    lines += [f"trail  {mine.origin}, {mine.size} entries, root {root}"] if mine else []
    told = {}
    for one in done.findings:
        told.setdefault(one["code"], []).append("{code} {where}: expected {expected}, found {found}".format(**one))
    for code, found in told.items():
        lines += found[:SHOWN] + ([f"{code}: and {len(found) - SHOWN} more"] if len(found) > SHOWN else [])
    lines += [f"note: {one}" for one in done.notes]
    for one in layers or still:
        at = f" at {one['at']}" if "at" in one else ""
        start = "holds of the trail: " if still else ""
        lines.append(f"{start}{one['level']}, up to size {one['size']} of {mine.size}{at}, by {one['who']}")
    lines += verdicts or [f"FAILED. Findings: {len(done.findings)}. Nothing {'else ' * bool(still)}is claimed."]
    print("\n".join(map(visible, lines)))


def entries(count):
    return "1 entry" if count == 1 else f"{count} entries"


def verdict(done):
    """How far it reaches, and what limits that: a sentence each."""
    size, sizes = done.checkpoint.size, {}
    for one in done.layers:
        sizes[one["level"]] = max(one["size"], sizes.get(one["level"], 0))
    furthest = limit = sizes.get(done.level, size)
    said = ["NOT ALL COULD BE CHECKED HERE."] if done.unchecked else []
    said.append(f"{done.level}, up to size {limit} of {size} entries. {MEANING[done.level]}")
    for level, reaches in sizes.items():
        if reaches > furthest:
            furthest = reaches
            said.append(f"Further than that: {level}, up to size {reaches} of {size} entries.")
    if furthest < size:
        said.append(f"The {entries(size - furthest)} after that rest{'s' * (size - furthest == 1)} on nothing from outside.")
    if done.level == "remembered" and "signed" not in sizes and limit < size:
        said.append(f"No signature counts: entries after {limit} could be anybody's.")
    if done.anchors and not {"remembered", "witnessed"} & sizes.keys():
        said.append("You gave no older root: a different history by whoever holds the key would look the same.")
    return said


def visible(text):
    """Text from a pack, without what would move the cursor or turn the line around."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


if __name__ == "__main__":
    raise SystemExit(main())

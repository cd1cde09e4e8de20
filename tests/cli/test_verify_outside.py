"""What `verify` says by what is held outside the store: keys, memory, what others saw."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from govtrack import shipped
from govtrack.register import keys, memory
from govtrack.trail import note, proof, signing
from govtrack.trail.checkpoint import Checkpoint, stated

SCHEMA = json.loads(
    (shipped.folder("schemas") / "verify.schema.json").read_text(encoding="utf-8")
)  # fmt: skip
WITNESS = "audit.example.org"
STAMP = '\n[[timestamp]]\nname = "one"\nurl = "{url}"\nroot = "{root}"\nstamp = "asked"\n'


@pytest.fixture
def verify(run):
    """`verify(*options)`: its exit code and its answer in JSON, which fits the schema."""

    def _verify(*options):
        result = run("verify", "--json", *options)
        assert not result.err, result.err
        jsonschema.Draft202012Validator(SCHEMA).validate(result.json())
        return result.code, result.json()

    return _verify


@pytest.fixture
def filled(run, workspace):
    """A workspace with a system and one piece of evidence, all signed."""
    (workspace / "report.txt").write_text("What was found.\n")
    assert run("system", "add", "chat", "--name", "Chat", "--role", "user").code == 0
    assert run("add-evidence", "report.txt", "--kind", "vv-report").code == 0
    return workspace


@pytest.fixture
def more(run):
    """`more(slug)`: one more entry."""

    def _more(slug="more"):
        result = run("system", "add", slug, "--name", slug, "--role", "user")
        assert result.code == 0, result.err
        return result

    return _more


@pytest.fixture
def checkpoint(filled):
    return filled / ".govtrack" / "trail" / "checkpoint"


@pytest.fixture
def origin(checkpoint):
    return checkpoint.read_text().partition("\n")[0]


@pytest.fixture
def vkey(filled):
    with closing(sqlite3.connect(filled / ".govtrack" / "register.db")) as connection:
        return connection.execute("SELECT vkey FROM signing_key").fetchone()[0]


def fingerprint(vkey):
    return note.fingerprint(note.parsed_vkey(vkey))


def without_keys(origin):
    """Nothing here says which key to believe."""
    shutil.rmtree(keys.folder())
    (memory.folder(origin) / "vkey").unlink(missing_ok=True)


def without_memory():
    shutil.rmtree(memory.state_home() / "govtrack")


@pytest.fixture
def nobody(origin):
    """A machine that knows nothing of the trail."""
    without_keys(origin)
    without_memory()


def levels(said):
    return [(one["level"], one["size"]) for one in said["layers"]]


def codes(said):
    return [(one["step"], one["code"]) for one in said["findings"]]


class TestThisMachine:
    def test_key_and_memory(self, verify, filled, vkey):
        code, said = verify()

        assert filled.exists()
        assert (code, said["level"], said["signed"]) == (0, "remembered", 4)
        assert levels(said) == [("signed", 4), ("remembered", 4)]
        assert said["key"] == fingerprint(vkey)

    def test_the_memory_alone(self, verify, origin):
        without_keys(origin)

        code, said = verify()

        assert (code, said["level"], said["signed"]) == (0, "remembered", 0)
        assert levels(said) == [("remembered", 4)]

    @pytest.mark.usefixtures("filled")
    def test_the_key_alone(self, verify, vkey):
        without_memory()

        code, said = verify()

        assert (code, said["level"]) == (0, "signed")
        (layer,) = said["layers"]
        assert (layer["size"], layer["who"]) == (4, vkey)
        assert fingerprint(vkey) in layer["words"]

    @pytest.mark.usefixtures("nobody")
    def test_nothing_at_all_is_internal_with_the_key_for_comparison(self, run, verify, vkey):
        code, said = verify()
        told = run("verify").out

        assert (code, said["level"], said["layers"], said["signed"]) == (0, "internal", [], 0)
        assert said["key"] == fingerprint(vkey)
        assert "internal, up to size 4 of 4 entries. It agrees with itself" in told
        assert f"Key in the store: {fingerprint(vkey)}. The store names it itself" in told

    def test_what_was_not_signed_is_said(self, run, verify, more, filled, origin, vkey):
        assert filled
        without_keys(origin)
        more()

        code, said = verify("--key", vkey)

        assert (code, said["signed"], said["entries"]) == (0, 4, 5)
        assert levels(said) == [("signed", 4), ("remembered", 5)]
        told = run("verify", "--key", vkey).out
        assert "signed: up to size 4, " in told
        assert "; 1 entry after that not signed" in told

    def test_require_signed_fails_for_an_unsigned_tail(self, verify, more, origin, vkey):
        without_keys(origin)
        assert verify("--key", vkey, "--require-signed")[0] == 0
        more()

        code, said = verify("--key", vkey, "--require-signed")

        assert (code, said["level"], codes(said)) == (1, "internal", [(6, "unsigned")])
        (finding,) = said["findings"]
        assert (finding["expected"], finding["found"]) == (
            "all 5 entries signed by a key that is known from outside",
            "4 of them",
        )

    @pytest.mark.usefixtures("nobody")
    def test_require_signed_fails_where_no_key_is_known(self, verify):
        code, said = verify("--require-signed")

        assert (code, codes(said)) == (1, [(6, "unsigned")])

    @pytest.mark.parametrize(
        "data",
        [b"", b"nonsense", b"\xff\xfe\n\n", b"a\nb\nc\n\n", b"a\n1\nAAAA\n\n", bytes(70000)],
    )
    def test_a_memory_that_is_no_checkpoint_is_a_finding(self, run, verify, origin, data):
        kept = memory.folder(origin) / "checkpoint"
        kept.write_bytes(data)

        code, said = verify()

        assert (code, codes(said)) == (1, [(6, "memory")])
        assert str(kept) in said["findings"][0]["found"]
        refused = run("system", "add", "x", "--name", "X", "--role", "user")
        assert (refused.code, refused.out) == (1, "")
        assert "the memory of this trail is not a checkpoint" in refused.err
        assert kept.read_bytes() == data

    def test_a_memory_of_another_trail_is_a_finding(self, verify, origin):
        kept = memory.folder(origin) / "checkpoint"
        kept.write_text(Checkpoint("example.org/govtrack/00000000", 1, bytes(32)).body() + "\n")

        code, said = verify()

        assert (code, codes(said)) == (1, [(6, "memory")])
        assert "is of another trail, example.org/govtrack/00000000" in said["findings"][0]["found"]

    @pytest.mark.parametrize("name", ["vkey", "witnesses"])
    def test_a_pin_that_is_no_key_is_a_finding(self, verify, origin, name):
        (memory.folder(origin) / name).write_text("no key\n")

        code, said = verify()

        assert (code, codes(said)) == (1, [(6, "memory")])
        assert name in said["findings"][0]["found"]

    def test_a_store_behind_the_memory_is_a_finding_with_size_and_day(
        self, run, verify, more, filled, origin
    ):
        database = filled / ".govtrack" / "register.db"
        older = database.read_bytes(), (filled / ".govtrack/trail/checkpoint").read_bytes()
        more()
        database.write_bytes(older[0])
        (filled / ".govtrack/trail/checkpoint").write_bytes(older[1])
        os.utime(memory.folder(origin) / "checkpoint", (1772452800, 1772452800))

        code, said = verify()

        assert (code, codes(said)) == (1, [(6, "memory")])
        (finding,) = said["findings"]
        assert finding["where"] == "checkpoint of size 5 seen on 2026-03-02"
        assert "size 5, root" in finding["expected"]
        assert "the store has 4 entries and is behind" in finding["found"]
        assert "Nothing is claimed" in run("verify").out


class TestKey:
    @pytest.mark.usefixtures("nobody")
    @pytest.mark.parametrize("how", ["line", "file", "pem"])
    def test_the_right_one(self, verify, vkey, tmp_path, how):
        given = tmp_path / "noted"
        match how:
            case "line":
                given = vkey
            case "file":
                given.write_text(f"{vkey}\n")
            case "pem":
                given.write_bytes(signing.public_pem(note.parsed_vkey(vkey).public))

        code, said = verify("--key", given, "--require-signed")

        assert (code, said["level"], levels(said)) == (0, "signed", [("signed", 4)])

    @pytest.mark.usefixtures("nobody")
    def test_another_s_is_found_and_never_signed(self, run, verify, origin, vkey):
        other = note.vkey(origin, signing.public_of(signing.new_key()))

        code, said = verify("--key", other)

        assert (code, said["level"], said["layers"], said["signed"]) == (1, "internal", [], 0)
        (finding,) = said["findings"]
        assert (finding["step"], finding["code"]) == (6, "stranger")
        assert finding["expected"] == f"a signature by {fingerprint(other)}"
        assert finding["found"] == f"signatures by others, {fingerprint(vkey)}"
        assert "signed:" not in run("verify", "--key", other).out

    @pytest.mark.usefixtures("nobody")
    def test_of_several_one_is_enough(self, verify, origin, vkey):
        other = note.vkey(origin, signing.public_of(signing.new_key()))

        code, said = verify("--key", other, "--key", vkey)

        assert (code, said["level"]) == (0, "signed")

    def test_of_a_trail_that_nobody_signed_it_shows_nothing(self, run, tmp_path):
        assert run("init", tmp_path / "x", "--organisation", "X", "--no-key").code == 0
        other = note.vkey("example.org/x", signing.public_of(signing.new_key()))

        result = run("-C", tmp_path / "x", "verify", "--key", other, "--json")

        assert (result.code, result.json()["level"]) == (0, "remembered")
        assert result.json()["layers"][0]["level"] == "remembered"

    @pytest.mark.usefixtures("filled")
    @pytest.mark.parametrize("option", ["--key", "--witness"])
    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ("a+b+c", "has a key id that is not 8 digits of lower-case hex"),
            ("a+00000000+AAAA", "is a key of kind 0"),
            ("nowhere.vkey", "nowhere.vkey, {}: cannot be read: No such file"),
            ("{root}/report.txt", "report.txt, {}: is no key"),
        ],
    )
    def test_one_that_is_none_is_refused_by_name(self, run, workspace, option, given, why):
        result = run("verify", option, given.format(root=workspace))

        assert (result.code, result.out) == (2, "")
        assert option in result.err
        assert why.format(option) in result.err

    def test_a_witness_s_key_is_no_signing_key(self, run, origin):
        other = note.vkey(origin, signing.public_of(signing.new_key()), note.COSIGNATURE)

        result = run("verify", "--key", other)

        assert (result.code, result.out) == (2, "")
        assert "--key: is a key for another use" in result.err


@pytest.mark.usefixtures("nobody")
class TestSince:
    def test_an_older_one_is_continued(self, run, verify, more, checkpoint, tmp_path):
        kept = tmp_path / "last-year"
        shutil.copy(checkpoint, kept)
        more()
        without_memory()

        code, said = verify("--since", kept)

        assert (code, said["level"]) == (0, "remembered")
        assert levels(said) == [("remembered", 4)]
        told = run("verify", "--since", kept).out
        assert f"remembered: up to size 4, continues the checkpoint of size 4 in {kept}" in told

    def test_three_lines_out_of_a_report_will_do(self, verify, checkpoint, tmp_path):
        lines = checkpoint.read_text("utf-8").split("\n")[:3]
        (tmp_path / "statement.txt").write_text("\n".join(lines) + "\nfirst leaf: whatever\n")

        assert verify("--since", tmp_path / "statement.txt")[1]["level"] == "remembered"

    def test_so_will_a_proof(self, verify, checkpoint, tmp_path):
        text = proof.proof_text(0, [], checkpoint.read_bytes())
        (tmp_path / "one.tlog-proof").write_bytes(text)

        assert verify("--since", tmp_path / "one.tlog-proof")[1]["level"] == "remembered"

    def test_several_are_all_held_against_it(self, verify, more, checkpoint, origin, tmp_path):
        files = [tmp_path / "signed", tmp_path / "unsigned"]
        shutil.copy(checkpoint, files[0])
        more()
        shutil.copy(memory.folder(origin) / "checkpoint", files[1])
        without_memory()
        forged = Checkpoint(stated(checkpoint.read_bytes()).origin, 3, bytes(32))
        (tmp_path / "forged").write_text(forged.body())

        code, said = verify(*(x for file in files for x in ("--since", file)))
        assert (code, levels(said)) == (0, [("remembered", 4), ("remembered", 5)])
        code, said = verify("--since", files[0], "--since", tmp_path / "forged")

        assert (code, codes(said), said["layers"]) == (1, [(6, "since")], [])
        (finding,) = said["findings"]
        assert finding["where"] == f"checkpoint of size 3 in {tmp_path / 'forged'}"
        assert "the store does not continue the checkpoint" in finding["found"]

    def test_one_newer_than_the_store_is_a_finding(self, verify, checkpoint, tmp_path):
        said = stated(checkpoint.read_bytes())
        (tmp_path / "newer").write_text(Checkpoint(said.origin, 9, said.root).body())

        code, answer = verify("--since", tmp_path / "newer")

        assert (code, codes(answer)) == (1, [(6, "since")])
        assert "the store has 4 entries and is behind" in answer["findings"][0]["found"]

    def test_one_of_another_trail_is_a_finding(self, run, verify, tmp_path):
        assert run("init", tmp_path / "other", "--organisation", "Other Ltd").code == 0
        other = tmp_path / "other" / ".govtrack" / "trail" / "checkpoint"

        code, said = verify("--since", other)

        assert (code, codes(said)) == (1, [(6, "since")])
        assert "is of another trail, other-ltd.internal/govtrack/" in said["findings"][0]["found"]

    @pytest.mark.parametrize("data", [b"", b"what\nis\nthis\n", b"\xff", b"a\n-1\nAAAA\n", None])
    def test_what_is_no_checkpoint_is_refused_by_name(self, run, tmp_path, data):
        if data is not None:
            (tmp_path / "file").write_bytes(data)

        result = run("verify", "--since", tmp_path / "file")

        assert (result.code, result.out) == (2, "")
        assert f"{tmp_path / 'file'}, --since: " in result.err


class TestFileBesideTheRegister:
    """`trail/checkpoint` is what is handed out, so it is what the register has, or older."""

    def test_no_byte_of_it_can_be_changed(self, verify, checkpoint):
        good = checkpoint.read_bytes()
        for place in range(0, len(good), 9):
            changed = bytearray(good)
            changed[place] ^= 1
            checkpoint.write_bytes(bytes(changed))

            code, said = verify()

            assert (code, codes(said)) == (1, [(6, "checkpoint-file")]), place
            assert said["findings"][0]["where"] == "trail/checkpoint"
        checkpoint.write_bytes(good)
        assert verify()[0] == 0

    @pytest.mark.parametrize(
        "edit",
        [
            lambda _: b"",
            lambda good: good[:-1],
            lambda good: good + b"\n",
            lambda good: good + good.split(b"\n\n")[1],
            lambda good: good.split(b"\n\n")[0] + b"\n\n",
            lambda good: good.replace(b"\n", b"\r\n"),
            lambda good: good.replace(b"\n4\n", b"\n9\n"),
            lambda good: good.replace(b"\n4\n", b"\n1\n"),
            lambda good: good * 2,
            lambda _: b"\xff\xfe",
        ],
        ids=[
            "empty",
            "cut",
            "line",
            "signed-twice",
            "unsigned",
            "crlf",
            "ahead",
            "never-issued",
            "twice",
            "bytes",
        ],
    )
    def test_edited_it_is_a_finding(self, verify, checkpoint, edit):
        checkpoint.write_bytes(edit(checkpoint.read_bytes()))

        code, said = verify()

        assert (code, codes(said)) == (1, [(6, "checkpoint-file")])

    def test_something_else_in_its_place_is_a_finding(self, verify, checkpoint):
        checkpoint.unlink()
        checkpoint.mkdir()

        assert codes(verify()[1]) == [(6, "checkpoint-file")]

    def test_absent_or_lagging_it_is_a_note_and_the_next_change_writes_it(
        self, verify, more, checkpoint
    ):
        older = checkpoint.read_bytes()
        more()
        checkpoint.write_bytes(older)
        lagging = verify()
        checkpoint.unlink()
        absent = verify()
        more("again")

        assert (lagging[0], absent[0]) == (0, 0)
        assert (
            "the file trail/checkpoint lags: size 4, the register's is 5" in lagging[1]["notes"][0]
        )
        assert "the file trail/checkpoint is not there" in absent[1]["notes"][0]
        assert stated(checkpoint.read_bytes()).size == 6
        assert verify()[1]["notes"] == []


class TestOthers:
    @pytest.fixture
    def cosigned(self, run, checkpoint, tmp_path):
        """The store with a cosignature; the witness's key."""
        key = signing.new_key()
        (tmp_path / "own.pem").touch(mode=0o600)
        (tmp_path / "own.pem").write_bytes(signing.to_pem(key, None))
        line = tmp_path / "line.cosig"
        asked = ("--key-file", tmp_path / "own.pem", "--name", WITNESS, "-o", line)
        assert run("trail", "cosign", checkpoint, *asked).code == 0
        witness = note.vkey(WITNESS, signing.public_of(key), note.COSIGNATURE)
        assert run("trail", "accept", line, "--witness", witness).code == 0
        return witness

    @pytest.fixture
    def stamped(self, run, filled, authorities, tmp_path):
        """The store with a stamp; the authority's root."""
        authority = authorities.Authority(tmp_path / "authority")
        with authority.serving() as url:
            settings = filled / "govtrack.toml"
            table = STAMP.format(url=url, root=authority.root)
            settings.write_text(settings.read_text() + table)
            assert run("trail", "stamp").code == 0
        return authority.root

    def test_a_witness_who_is_pinned_or_named_counts(self, verify, more, cosigned, origin):
        assert verify()[1]["level"] == "witnessed"
        more()
        without_keys(origin)
        without_memory()

        unknown, named = verify(), verify("--witness", cosigned)

        assert (unknown[0], unknown[1]["level"]) == (0, "internal")
        assert "name it with --witness" in unknown[1]["notes"][0]
        assert (named[0], named[1]["level"], named[1]["notes"]) == (0, "witnessed", [])
        assert levels(named[1]) == [("witnessed", 4)]
        assert named[1]["entries"] == 5

    @pytest.mark.usefixtures("cosigned")
    def test_another_witness_of_that_name_counts_for_nothing(self, verify, origin):
        other = note.vkey(WITNESS, signing.public_of(signing.new_key()), note.COSIGNATURE)
        without_keys(origin)
        without_memory()

        code, said = verify("--witness", other)

        assert (code, said["level"], said["layers"]) == (0, "internal", [])

    def test_an_authority_that_is_pinned_or_named_counts(self, verify, stamped, origin, vkey):
        assert verify()[1]["level"] == "stamped"
        without_keys(origin)
        without_memory()

        unknown, named = verify("--key", vkey), verify("--key", vkey, "--tsa-root", stamped)

        assert (unknown[0], unknown[1]["level"]) == (0, "signed")
        assert "name one with --tsa-root" in unknown[1]["notes"][0]
        assert (named[0], named[1]["level"]) == (0, "stamped")
        assert levels(named[1]) == [("signed", 4), ("stamped", 4)]

    def test_a_stamp_says_when_and_not_whose(self, verify, stamped, origin):
        without_keys(origin)
        without_memory()

        code, said = verify("--tsa-root", stamped)

        assert (code, said["level"], said["layers"]) == (0, "internal", [])
        assert "an authority says when, not whose trail it is" in said["notes"][0]

    @pytest.mark.usefixtures("filled")
    def test_a_root_that_is_none_is_refused_by_name(self, run, workspace):
        result = run("verify", "--tsa-root", workspace / "report.txt")

        assert (result.code, result.out) == (2, "")
        assert "report.txt, --tsa-root: holds no certificate in PEM" in result.err

    def test_each_layer_is_a_line_and_the_last_word_is_the_highest(self, run, cosigned, stamped):
        assert cosigned
        assert stamped

        out = run("verify").out

        at = [out.index(f"  {level}: up to size 4") for level in ("signed", "remembered")]
        assert sorted(at) == at
        assert "  stamped: up to size 4" in out
        assert "  witnessed: up to size 4" in out
        assert "witnessed, up to size 4 of 4 entries. " in out
        for word in ("authentic", "immutable", "tamper-proof"):
            assert word not in out.casefold()


def test_the_schema_refuses_another_level_and_a_layer_without_a_size(verify, filled):
    assert filled
    _, said = verify()

    for wrong in (
        said | {"level": "authentic"},
        said | {"layers": [{"level": "signed"}]},
        said | {"signed": -1},
        {name: value for name, value in said.items() if name != "level"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(SCHEMA).validate(wrong)


def test_reading_creates_no_memory(verify, filled):
    assert filled
    without_memory()

    verify()

    assert not Path(memory.state_home() / "govtrack").exists()

"""Stamps and cosignatures that are kept are checked, count by trust, and bound entries' times."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.register import attested, database, stamp_checks, stamping, witness_checks
from govtrack.trail import checkpoint, cosignature, note, signing

DOCS = Path(__file__).parents[2] / "docs" / "trail.md"
NAME = "audit.example.org"
OTHER_END = "CAST(substr(reply, 1, length(reply) - 3) || x'000000' AS BLOB)"
"""The last bytes of a reply are the signature's."""


@pytest.fixture
def stamped(register, authority):
    """The register, whose newest checkpoint an authority has stamped."""
    with authority.serving() as url:
        one = workspaces.Authority("one", url, str(authority.root), "asked")
        found = stamping.newest(register.space)
        (outcome,) = stamping.stamp(register.space, found, [one])
    assert outcome.at
    return register


@pytest.fixture
def witness():
    return signing.new_key()


@pytest.fixture
def cosigned(register, witness):
    """The register, whose newest checkpoint a witness has cosigned at noon."""
    size, data = register.query("SELECT size, note FROM checkpoint ORDER BY 1 DESC LIMIT 1")[0]
    line = cosignature.cosigned(checkpoint.read(data)[0].body(), NAME, witness, 1772452800).line()
    past_the_triggers(
        register, "INSERT INTO cosignature VALUES (?, ?, ?)", size, vkey(witness), line
    )
    return register


def vkey(key):
    return note.vkey(NAME, signing.public_of(key), note.COSIGNATURE)


def past_the_triggers(register, statement, *given):
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, given)
        connection.commit()


def stamps(register, *roots):
    with closing(database.opened(register.space.database_path, "ro")) as connection:
        return stamp_checks.check(connection, [root.read_bytes() for root in roots])


def cosignatures(register, *keys):
    with closing(database.opened(register.space.database_path, "ro")) as connection:
        return witness_checks.check(connection, [note.parsed_vkey(vkey(key)) for key in keys])


def found(checked):
    return [(one.step, one.code, one.where) for one in checked.findings]


class TestStamps:
    def test_a_good_one_is_a_layer_with_its_size_time_and_authority(self, stamped, authority):
        checked = stamps(stamped, authority.root)

        ((size, at),) = stamped.query("SELECT size, at FROM timestamp")
        (layer,) = checked.layers
        assert layer[:4] == ("stamped", size, at, "CN=Throw-away authority")
        assert (checked.findings, checked.notes, checked.times) == ((), (), {size: at})

    @pytest.mark.parametrize("roots", [0, 1])
    def test_one_under_a_root_that_is_not_trusted_is_a_note_and_counts_for_nothing(
        self, stamped, other, roots
    ):
        checked = stamps(stamped, *[other.root] * roots)

        assert (checked.findings, checked.layers, checked.times) == ((), (), {})
        (said,) = checked.notes
        assert "stamps by 'one', up to size 2, count for nothing here" in said

    @pytest.mark.parametrize(
        ("statement", "said"),
        [
            ("UPDATE timestamp SET reply = x'00'", "the reply is no time stamp (RFC 3161)"),
            (
                f"UPDATE timestamp SET reply = {OTHER_END}",
                "the signature of the stamp does not hold",
            ),
            ("UPDATE timestamp SET size = 1", "there is no checkpoint of that size"),
            ("UPDATE checkpoint SET note = CAST(note || x'0a' AS BLOB)", "of other bytes"),
        ],
        ids=["garbage", "signature", "size", "checkpoint"],
    )
    def test_a_bad_one_is_a_finding(self, stamped, authority, statement, said):
        past_the_triggers(stamped, statement)

        checked = stamps(stamped, authority.root)

        (finding,) = checked.findings
        assert (finding.step, finding.code) == (6, "timestamp")
        assert said in finding.found
        assert (checked.layers, checked.times) == ((), {})

    def test_a_time_beside_it_that_is_not_its_own_is_a_finding(self, stamped, authority):
        past_the_triggers(stamped, "UPDATE timestamp SET at = '2020-01-01T00:00:00.000000Z'")

        checked = stamps(stamped, authority.root)

        assert found(checked) == [(6, "timestamp", "stamp of size 2 by one")]
        assert "2020" not in str((*checked.layers, checked.times))

    def test_of_several_the_newest_is_the_layer(self, stamped, authority):
        stamped.add()
        with authority.serving() as url:
            one = workspaces.Authority("one", url, str(authority.root), "asked")
            stamping.stamp(stamped.space, stamping.newest(stamped.space), [one])

        checked = stamps(stamped, authority.root)

        assert [layer.size for layer in checked.layers] == [3]
        assert sorted(checked.times) == [2, 3]

    def test_without_stamps_nothing_is_loaded_to_read_them(self, register):
        assert stamps(register) == attested.Checked()


class TestCosignatures:
    def test_a_good_one_is_a_layer_with_its_size_time_and_witness(self, cosigned, witness):
        checked = cosignatures(cosigned, witness)

        (layer,) = checked.layers
        assert layer[:4] == ("witnessed", 2, "2026-03-02T12:00:00.000000Z", vkey(witness))
        assert checked.times == {2: "2026-03-02T12:00:00.000000Z"}
        assert (checked.findings, checked.notes) == ((), ())

    def test_one_by_a_witness_who_is_not_trusted_is_a_note(self, cosigned):
        checked = cosignatures(cosigned, signing.new_key())

        assert (checked.findings, checked.layers, checked.times) == ((), (), {})
        (said,) = checked.notes
        assert "cosignatures by audit.example.org (SHA256:" in said
        assert "count for nothing here" in said

    @pytest.mark.parametrize(
        ("statement", "said"),
        [
            ("UPDATE cosignature SET size = 1", "is of no checkpoint"),
            ("UPDATE cosignature SET line = 'x'", "no signature line"),
            ("UPDATE cosignature SET witness = 'x'", "is no key"),
            ("UPDATE cosignature SET line = replace(line, 'audit', 'other')", "is not by the key"),
        ],
        ids=["size", "line", "witness", "name"],
    )
    @pytest.mark.parametrize("trusted", [True, False])
    def test_a_bad_one_is_a_finding_whoever_is_trusted(
        self, cosigned, witness, statement, said, trusted
    ):
        past_the_triggers(cosigned, statement)

        checked = cosignatures(cosigned, *[witness] * trusted)

        (finding,) = checked.findings
        assert (finding.step, finding.code) == (6, "cosignature")
        assert said in finding.found
        assert checked.layers == ()

    def test_one_of_another_checkpoint_is_a_finding(self, cosigned, witness):
        cosigned.add()
        past_the_triggers(cosigned, "UPDATE cosignature SET size = 3")

        assert found(cosignatures(cosigned, witness)) == [
            (6, "cosignature", "cosignature of size 3 by audit.example.org")
        ]


def said_by(entries, times):
    """What is noted of entries with these times (seconds), given attested times by size."""

    def text(seconds):
        return clock.instant_text(
            clock.instant("2026-03-02T12:00:00Z") + timedelta(seconds=seconds)
        )

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE entry (seq, at)")
        rows = [(seq, text(at)) for seq, at in enumerate(entries)]
        connection.executemany("INSERT INTO entry VALUES (?, ?)", rows)
        notes = list(attested.contradicted(connection, {k: text(v) for k, v in times.items()}))
    words = re.compile(
        r"entr(?:y|ies) ([\d to]+) states? .*, (before|after) that at which others .*Z: "
    )
    return [words.match(one).groups() for one in notes]


@pytest.mark.parametrize(
    ("entries", "times", "expected"),
    [
        ([0, 10, 20], {}, []),
        ([0, 1000, 2000], {2: 1001, 3: 2001}, []),
        ([0, 1000, 2000], {2: 701, 3: 1701}, []),  # clocks may differ by five minutes
        ([0, 1000, 2000], {2: 699}, [("1", "after")]),
        ([0, 1000, 1001, 2000], {3: 600, 4: 2000}, [("1 to 2", "after")]),
        ([0, 1000], {1: 1301}, [("1", "before")]),
        ([0, 1000], {1: 1299}, []),
        ([0, 1, 2, 1000, 2], {1: 500}, [("1 to 2", "before"), ("4", "before")]),
        ([0, 1000], {2: 2000, 3: 100}, [("1", "after")]),  # what is attested of more is of less
        # those who attest contradict one another
        ([0, 1000, 900], {1: 2000, 2: 100}, [("1 to 2", "before")]),
    ],
)
def test_an_entry_s_own_time_is_held_against_what_is_attested(entries, times, expected):
    assert said_by(entries, times) == expected


def test_the_earliest_of_several_times_counts():
    assert attested.earliest([{1: "b", 2: "c"}, {1: "a", 3: "d"}]) == {1: "a", 2: "c", 3: "d"}


def blocks(heading):
    """The shell blocks of a section of docs/trail.md."""
    text = DOCS.read_text(encoding="utf-8").partition(f"\n### {heading}\n")[2]
    (section, *_) = re.split(r"^##", text, flags=re.MULTILINE)
    return re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def shell(command, folder):
    done = subprocess.run(
        ["sh", "-ec", command], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="needs the sqlite3 shell")
def test_a_stamp_is_verified_with_openssl_as_the_docs_say(stamped, authority, workspace):
    shutil.copy(authority.root, workspace / "root.pem")

    now, later = (shell(block, workspace) for block in blocks("A stamp with openssl alone"))

    ((at,),) = stamped.query("SELECT at FROM timestamp")
    assert "Time stamp: " in now
    assert f"{clock.instant(at):%H:%M:%S %Y} GMT" in now
    assert (workspace / "checkpoint").read_bytes() == stamped.space.checkpoint_path.read_bytes()
    assert later == "Verification: OK\n"


def test_a_cosignature_is_verified_with_openssl_as_the_docs_say(cosigned, witness, workspace):
    shutil.copy(cosigned.space.checkpoint_path, workspace / "checkpoint")
    ((line,),) = cosigned.query("SELECT line FROM cosignature")
    (workspace / "checkpoint.cosig").write_text(line, encoding="utf-8")
    (workspace / "audit.vkey").write_text(f"{vkey(witness)}\n")
    (block,) = blocks("A cosignature with openssl alone")

    told = shell(block, workspace)

    assert "Signature Verified Successfully" in told
    assert "Mar  2 12:00:00" in told
    (workspace / "checkpoint").write_bytes(b"x" + (workspace / "checkpoint").read_bytes())
    with pytest.raises(AssertionError):
        shell(block, workspace)

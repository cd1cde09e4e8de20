"""A store that is behind the memory is read-only until a new generation of the trail begins."""

from __future__ import annotations

import json
import os
import shutil

import jsonschema
import pytest

from govtrack import shipped
from govtrack.register import keys, memory
from govtrack.trail.checkpoint import Checkpoint, stated

WRITING = [
    "system add chat --name Chat --role user",
    "add-evidence report.txt --kind vv-report",
    "import table.csv",
    "evidence approve EV-2026-0001 --by eva --on 2026-03-04",
    "evidence hold EV-2026-0001 --title Complaint",
    "certification record decision grant --on 2024-03-14 --expiry 2027-03-13 --body Cert",
    "criteria set --in-force-from 2026-01-01 --decided-by board",
    "profile set MEASURE-2.6 --current achieved",
    "soa set A.6.2.4 --applicable --why needed",
    "trail sign",
    "trail key rotate --reason yearly",
    "gc --older-than 1d",
]
READING = [
    "system list", "evidence list", "log", "coverage", "next", "remind", "cycle", "trail status",
    "trail prove 0", "evidence show EV-2026-0001",
]  # fmt: skip


def schema(name):
    path = shipped.folder("schemas") / f"{name}.schema.json"
    return jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def add(run):
    """`add(slug)`: one more entry."""

    def _add(slug):
        return run("system", "add", slug, "--name", slug, "--role", "user")

    return _add


@pytest.fixture
def rolled_back(run, workspace, add, tmp_path):
    """A store of three entries where this machine remembers five, seen on 2 March 2026."""
    (workspace / "report.txt").write_text("What was found.\n")
    (workspace / "table.csv").write_text("file,kind\nreport.txt,vv-report\n")
    assert run("add-evidence", "report.txt", "--kind", "vv-report").code == 0
    older = tmp_path / "older"
    shutil.copytree(workspace / ".govtrack", older)
    for slug in ("one", "two"):
        assert add(slug).code == 0
    shutil.rmtree(workspace / ".govtrack")
    shutil.copytree(older, workspace / ".govtrack")
    os.utime(kept(workspace), (1772452800, 1772452800))
    return workspace


def kept(workspace):
    return memory.folder(first_origin(workspace)) / "checkpoint"


def first_origin(workspace):
    said = stated((workspace / ".govtrack/trail/checkpoint").read_bytes()).origin
    return said.removesuffix("/g2").removesuffix("/g3")


def verified(run, *options):
    result = run("verify", "--json", *options)
    schema("verify").validate(result.json())
    return result.code, result.json()


def restored(run, *options, reason="disc lost"):
    return run("trail", "restore", "--reason", reason, *options)


def again(workspace, older):
    """Put that copy of the store back."""
    shutil.rmtree(workspace / ".govtrack")
    shutil.copytree(older, workspace / ".govtrack")


class TestReadOnly:
    @pytest.mark.parametrize("command", WRITING)
    def test_what_would_write_is_refused_in_one_sentence(self, run, rolled_back, command):
        before = (rolled_back / ".govtrack/register.db").read_bytes()

        result = run(*command.split())

        assert (result.code, result.out) == (1, "")
        assert result.err.count("\n") == 1
        assert (
            "has 3 entries and is behind the checkpoint of size 5 seen on 2026-03-02" in result.err
        )
        assert "govtrack trail restore --reason TEXT" in result.err
        assert (rolled_back / ".govtrack/register.db").read_bytes() == before

    @pytest.mark.parametrize("command", READING)
    def test_reading_goes_on(self, run, rolled_back, command):
        result = run(*command.split())

        assert rolled_back.exists()
        assert result.code == 0, result.err
        assert result.out

    def test_verify_fails_with_the_size_and_the_day(self, run, rolled_back):
        code, said = verified(run)
        told = run("verify").out

        assert rolled_back.exists()
        assert (code, said["level"]) == (1, "internal")
        (finding,) = said["findings"]
        assert (finding["step"], finding["code"]) == (6, "memory")
        assert "checkpoint of size 5 seen on 2026-03-02" in told
        assert "the store has 3 entries and is behind" in told

    def test_the_newer_store_put_back_ends_it(self, run, workspace, add, tmp_path):
        older, newer = tmp_path / "older", tmp_path / "newer"
        shutil.copytree(workspace / ".govtrack", older)
        assert add("one").code == 0
        shutil.copytree(workspace / ".govtrack", newer)
        again(workspace, older)
        refused = add("two")
        again(workspace, newer)

        assert refused.code == 1
        assert add("two").code == 0
        assert verified(run)[0] == 0

    def test_of_two_copies_that_went_on_apart_only_the_one_seen_last_is_written(
        self, run, workspace, add, tmp_path
    ):
        other = tmp_path / "other"
        shutil.copytree(workspace, other)
        assert add("one").code == 0

        result = run("system", "add", "x", "--name", "X", "--role", "user", cwd=other)

        assert result.code == 1
        assert "is behind the checkpoint of size 3" in result.err


class TestRestore:
    def test_it_needs_a_reason(self, run, rolled_back):
        result = run("trail", "restore")

        assert rolled_back.exists()
        assert (result.code, result.out) == (2, "")
        assert "--reason: is required" in result.err

    @pytest.mark.usefixtures("workspace")
    def test_it_is_refused_where_nothing_is_lost(self, run):
        before = verified(run)[1]["entries"]

        result = restored(run)

        assert (result.code, result.out) == (1, "")
        assert "the store continues all that is known of it (size 2): nothing is lost" in result.err
        assert verified(run)[1]["entries"] == before

    def test_a_new_generation_begins_with_what_was_known_and_restored(self, run, rolled_back):
        first = first_origin(rolled_back)

        result = restored(run, "--json")

        assert result.code == 0, result.err
        said = result.json()
        schema("trail-restore").validate(said)
        assert (said["generation"], said["origin"]) == (2, f"{first}/g2")
        assert (said["known"], said["restored"], said["dry_run"]) == (5, 3, False)
        entry = run("log", "--json").json()
        assert any("trail.restored" in json.dumps(one) for one in entry["entries"])
        assert (
            stated((rolled_back / ".govtrack/trail/checkpoint").read_bytes()).origin
            == f"{first}/g2"
        )

    def test_it_says_in_words_what_was_lost(self, run, rolled_back):
        told = restored(run).out

        assert f"Generation 2 of the trail begins: {first_origin(rolled_back)}/g2" in told
        assert "from a store of 3 entries, where 5 were known: 2 entries lost" in told

    def test_verify_then_passes_and_says_the_gap_for_ever(self, run, rolled_back, add):
        assert rolled_back.exists()
        restored(run)
        gap = (
            "generation 2 begins at entry 3, from an older store: 2 entries that were known are "
            "lost"
        )

        for slug in ("a", "b", "c"):
            code, said = verified(run, "--require-signed")
            assert (code, said["findings"], said["level"]) == (0, [], "remembered")
            assert gap in said["notes"]
            assert said["origin"].endswith("/g2")
            assert add(slug).code == 0
        assert f"note: {gap}" in run("verify").out

    def test_a_dry_run_changes_nothing(self, run, rolled_back):
        before = (rolled_back / ".govtrack/register.db").read_bytes()

        result = restored(run, "--dry-run")

        assert result.code == 0, result.err
        assert (rolled_back / ".govtrack/register.db").read_bytes() == before
        assert verified(run)[0] == 1

    def test_checkpoints_from_before_the_gap_are_continued_and_those_in_it_are_not(
        self, run, rolled_back, tmp_path
    ):
        lost = tmp_path / "lost"
        shutil.copy(kept(rolled_back), lost)
        before = tmp_path / "before"
        shutil.copy(rolled_back / ".govtrack/trail/checkpoint", before)
        restored(run)

        code, said = verified(run, "--since", before, "--since", lost)

        (finding,) = said["findings"]
        assert (code, finding["code"], "lost" in finding["where"]) == (1, "since", True)
        assert "were lost when an older store was restored" in finding["found"]
        assert verified(run, "--since", before)[0] == 0

    def test_a_second_loss_begins_a_third_generation(self, run, rolled_back, add, tmp_path):
        restored(run)
        older = tmp_path / "second"
        shutil.copytree(rolled_back / ".govtrack", older)
        assert add("a").code == 0
        again(rolled_back, older)
        assert add("b").code == 1

        said = restored(run, "--json").json()

        assert (said["generation"], said["known"], said["restored"]) == (3, 5, 4)
        code, answer = verified(run)
        assert (code, len([one for one in answer["notes"] if "begins at entry" in one])) == (0, 2)

    def test_without_a_key_it_goes_on_unsigned(self, run, rolled_back):
        assert rolled_back.exists()
        shutil.rmtree(keys.folder())

        assert restored(run).code == 0

        code, said = verified(run)
        assert (code, said["level"], said["signed"], said["entries"]) == (0, "remembered", 3, 4)


class TestKnown:
    def statement(self, rolled_back, path, size=7):
        body = Checkpoint(first_origin(rolled_back), size, bytes(range(32))).body()
        path.write_text(body + "first leaf: whatever\n")
        return path

    def test_what_somebody_else_holds_says_what_was_lost(self, run, rolled_back, tmp_path):
        known = self.statement(rolled_back, tmp_path / "statement.txt")

        said = restored(run, "--known", known, "--json").json()

        assert (said["known"], said["restored"]) == (7, 3)
        assert verified(run)[0] == 0
        code, answer = verified(run, "--since", known)
        assert (code, [one["code"] for one in answer["findings"]]) == (1, ["since"])

    def test_one_that_the_store_continues_is_refused(self, run, rolled_back, tmp_path):
        known = tmp_path / "kept"
        shutil.copy(rolled_back / ".govtrack/trail/checkpoint", known)

        result = restored(run, "--known", known)

        assert (result.code, result.out) == (1, "")
        assert "the store continues all that is known of it" in result.err

    @pytest.mark.parametrize("data", [b"", b"what\nis\nit\n", None])
    def test_what_is_no_checkpoint_is_refused_by_name(self, run, rolled_back, tmp_path, data):
        if data is not None:
            (tmp_path / "file").write_bytes(data)

        result = restored(run, "--known", tmp_path / "file")

        assert rolled_back.exists()
        assert (result.code, result.out) == (2, "")
        assert f"{tmp_path / 'file'}, --known: " in result.err

    def test_a_machine_that_remembers_nothing_begins_one_and_says_so(
        self, run, rolled_back, forget
    ):
        assert rolled_back.exists()
        forget()

        told = restored(run).out

        assert "nobody said what was lost" in told
        notes = verified(run)[1]["notes"]
        assert any("what was lost is not known" in note for note in notes)


class TestAnotherMachine:
    """It remembers more than whoever restored the store knew of."""

    @pytest.fixture
    def elsewhere(self, rolled_back, tmp_path):
        """`elsewhere()`: be at that machine."""
        more = tmp_path / "more"
        shutil.copytree(memory.state_home(), more)

        def _elsewhere():
            shutil.rmtree(memory.state_home())
            shutil.copytree(more, memory.state_home())

        assert rolled_back.exists()
        return _elsewhere

    def test_it_refuses_in_words_and_verify_fails(self, run, rolled_back, add, elsewhere, tmp_path):
        less = tmp_path / "less"
        less.write_text(Checkpoint(first_origin(rolled_back), 4, bytes(32)).body())
        assert restored(run, "--known", less).code == 0
        elsewhere()

        refused, (code, said) = add("x"), verified(run)

        words = "the store was restored without knowing of the checkpoint of size 5 seen on"
        assert (refused.code, refused.out) == (1, "")
        assert words in refused.err
        assert refused.err.count("\n") == 1
        assert code == 1
        (finding,) = said["findings"]
        assert finding["code"] == "memory"
        assert words in finding["found"]

    def test_so_it_does_where_nobody_knew_anything(self, run, rolled_back, add, elsewhere, forget):
        assert rolled_back.exists()
        forget()
        assert restored(run).code == 0
        elsewhere()

        assert "was restored without knowing" in add("x").err
        assert verified(run)[0] == 1

    def test_it_goes_on_where_the_restorer_knew_as_much(self, run, rolled_back, add, elsewhere):
        assert rolled_back.exists()
        assert restored(run).code == 0
        elsewhere()

        assert add("x").code == 0
        assert verified(run)[0] == 0

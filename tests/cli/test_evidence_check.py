"""`govtrack evidence check`: what the record of an artefact tells, and what mends the rest."""

from __future__ import annotations

import json
import shlex

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped

WHOLE = ("--supports", "MEASURE 2.1", "--system", "chat", "--period", "2026-01-01..2026-02-28",
         "--prepared-by", "ben", "--prepared-on", "2026-03-02", "--source", "commit 1a2b",
         "--why", "tests every intent on 400 turns", "--classification", "internal")  # fmt: skip
APPROVED = ("--approved-by", "eva", "--approved-on", "2026-03-04")


@pytest.fixture(autouse=True)
def _today(workspace, run):
    with freeze_time("2026-05-04T12:00:00Z"):
        assert run("system", "add", "chat", "--name", "Chat").code == 0
        yield workspace


@pytest.fixture
def add(run, tmp_path):
    """`add(*options)`: evidence recorded on `on`; gives its id."""

    def recorded(*options, kind="vv-report", name="report.txt", on="2026-03-05"):
        artefact = tmp_path / name
        artefact.write_text(f"{name} {options} {on}")
        with freeze_time(f"{on}T12:00:00Z"):
            done = run("add-evidence", artefact, "--kind", kind, *options, "--json")
        assert done.code == 0, done.err
        return done.json()["id"]

    return recorded


def valid(document):
    path = shipped.folder("schemas") / "evidence-check.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


@pytest.fixture
def checked(run):
    """`checked(id, *options)`: the one artefact of the answer, which keeps to its schema."""

    def asked(*arguments):
        done = run("evidence", "check", *arguments, "--json")
        (one,) = valid(done.json())["evidence"]
        assert done.code == (0 if done.json()["passed"] else 1)
        return one

    return asked


def outcomes(one, of="facts"):
    return {c["number"] or c["id"]: c["outcome"] for c in one["criteria"] if c["set"] == of}


def ids(needs):
    return [need["id"] for need in needs]


def test_a_whole_record_lacks_nothing_and_says_what_it_cannot_tell(run, add, checked):
    one = checked(add(*WHOLE, *APPROVED))

    assert one["passed"] is True
    assert set(outcomes(one, "control").values()) == {"met"}
    assert outcomes(one) == dict.fromkeys(range(1, 12), "met") | {6: "not told"}
    (population,) = [c for c in one["criteria"] if c["id"] == "population"]
    assert "no field for it" in population["not_told"]
    said = run("evidence", "check", one["id"])
    assert said.code == 0
    assert "not told by the record: whether the bytes still agree" in said.out
    assert said.out.endswith("Nothing required is missing\n")


def test_a_bare_record_lacks_what_it_lacks_and_every_lack_can_be_mended(run, add, checked):
    one = checked(add("--prepared-by", "ben", "--prepared-on", "2026-03-02"))

    assert set(ids(one["missing"])) == {
        "approval", "classification", "source", "requirement", "why", "system", "period",
        "population",
    }  # fmt: skip
    again = [command for command in one["mend"] if "add-evidence" in command]
    options = "--classification C --source TEXT --why TEXT --system SYSTEM --period FROM..TO"
    version = f"govtrack add-evidence FILE --kind vv-report --supersedes {one['id']}"
    assert again == [f"{version} --allow-duplicate {options}"]
    assert f"govtrack evidence approve {one['id']} --by WHO --on DATE" in one["mend"]
    assert f"govtrack evidence confirm {one['id']} --all" in one["mend"]
    assert outcomes(one)[5] == outcomes(one)[6] == "missing"
    said = run("evidence", "check", one["id"])
    assert said.code == 1
    assert "8 facts are missing" in said.out


def test_the_commands_that_mend_do_mend(run, add, checked, tmp_path):
    old = add("--prepared-by", "ben", "--prepared-on", "2026-03-02")
    values = {
        "C": "internal", "TEXT": "told", "SYSTEM": "chat", "FROM..TO": "2026-01-01..2026-02-01",
        "FILE": str(tmp_path / "report.txt"),
    }  # fmt: skip
    for command in checked(old)["mend"]:
        if "add-evidence" in command:
            words = [values.get(word, word) for word in command.split()[1:]]
            done = run(*words, "--prepared-by", "ben", "--prepared-on", "2026-03-02", "--json")
            assert done.code == 0, done.err
    new = done.json()["id"]
    for command in checked(new)["mend"]:
        words = command.replace("WHO", "eva").replace("DATE", "2026-05-04").split()[1:]
        assert run(*words).code == 0

    assert checked(new)["missing"] == []


@pytest.mark.parametrize(
    ("by", "outcome"),
    [
        (("--prepared-by", "ben"), "met"),
        (("--prepared-by", "eva"), "missing"),
        ((), "missing"),
    ],
)
def test_an_approval_counts_by_another_person_only(add, checked, by, outcome):
    one = checked(add(*by, *APPROVED))

    assert outcomes(one, "control")["approval"] == outcome
    # without a preparer it is the preparer that is missing, not the approval
    assert ("approval" in ids(one["missing"])) == ("eva" in by)


def test_an_approval_counts_from_its_day_on(add, checked):
    identifier = add(*WHOLE, *APPROVED)

    before = checked(identifier, "--as-of", "2026-03-03")

    assert before["status"] == "draft"
    assert ids(before["missing"]) == ["approval"]


def test_a_document_is_not_asked_for_a_period_nor_a_policy_for_a_system(add, checked):
    one = checked(add("--supports", "5.2", *APPROVED, kind="ai-policy"))

    assert not {"period", "population", "system"} & set(ids(one["missing"]))
    assert outcomes(one)[3] == outcomes(one)[4] == "not told"


def test_a_later_version_says_what_it_replaces(add, checked):
    old = add(*WHOLE, *APPROVED)
    new = add(*WHOLE, *APPROVED, "--supersedes", old, on="2026-04-05")

    assert checked(new)["version"] == 2
    assert outcomes(checked(new))[9] == "met"


def test_a_version_without_an_earlier_one_lacks_its_chain(run, checked, workspace):
    (workspace / "a.txt").write_text("a")
    (workspace / "t.csv").write_text("file,kind,title,version\na.txt,ai-policy,Policy,3\n")
    assert run("import", "t.csv").code == 0

    one = checked("EV-2026-0001")

    assert "chain" in ids(one["missing"])
    assert "govtrack evidence supersede OLD --by EV-2026-0001" in one["mend"]


def test_the_playbook_is_asked_by_kind_and_by_requirement(run, add, checked):
    one = checked(add(*WHOLE, *APPROVED))
    asked = {c["id"]: c for c in one["criteria"] if c["set"] == "playbook"}

    assert set(asked) == {"responsible", "provenance", "tests", "limits"}
    assert asked["tests"]["confirmed_for"] == ["MEASURE 2.1"]
    assert asked["tests"]["outcome"] == asked["responsible"]["outcome"] == "met"
    assert asked["limits"]["outcome"] == "missing"  # proposed by the kind, confirmed by nobody
    assert asked["limits"]["waiting"]
    assert run("evidence", "check", one["id"]).code == 0
    assert run("evidence", "check", one["id"], "--strict").code == 1
    (command,) = asked["limits"]["mend"]
    assert run(*shlex.split(command)[1:]).code == 0
    again = {c["id"]: c for c in checked(one["id"])["criteria"] if c["set"] == "playbook"}
    assert again["limits"]["outcome"] == "met"


def test_weak_evidence_is_flagged_and_fails_when_strict(run, add, checked):
    shot = checked(add("--prepared-by", "ben", *APPROVED, name="Screen Shot 1.txt"))
    late = checked(add(*WHOLE, "--approved-by", "eva", "--approved-on", "2026-06-30",
                       on="2026-07-01"), "--as-of", "2026-07-01")  # fmt: skip

    assert [flag["id"] for flag in shot["weak"]] == ["screenshot"]
    assert {flag["id"] for flag in late["weak"]} == {"recorded-late", "approved-late"}
    assert late["missing"] == []
    assert run("evidence", "check", late["id"], "--as-of", "2026-07-01", "--strict").code == 1


def test_a_screenshot_with_its_source_is_not_weak(add, checked):
    assert checked(add(*WHOLE, *APPROVED, name="screenshot.png"))["weak"] == []


@pytest.mark.parametrize(("many", "flagged"), [(9, False), (10, True)])
def test_a_burst_before_an_audit_is_flagged(run, add, checked, many, flagged):
    run("certification", "record", "audit", "stage_1", "--start", "2026-03-09", "--end",
        "2026-03-10")  # fmt: skip
    made = [add("--title", str(n), name=f"{n}.txt", on="2026-03-05") for n in range(many)]
    before = add(name="before.txt", on="2025-12-01")

    assert ("burst" in {flag["id"] for flag in checked(made[0])["weak"]}) is flagged
    assert checked(before)["weak"] == []


def test_many_are_one_line_each_and_what_ended_is_left_out(run, add):
    old = add(*WHOLE, *APPROVED)
    new = add(*WHOLE, "--approved-by", "eva", "--approved-on", "2026-04-05", "--supersedes", old,
              on="2026-04-05")  # fmt: skip
    bare = add(name="bare.txt", kind="ai-policy")

    done = run("evidence", "check", "--all")

    assert done.code == 1
    rows = {row["id"]: row for row in done.rows()}
    assert set(rows) == {new, bare}
    assert rows[new]["missing"] == "0"
    assert int(rows[bare]["missing"]) > 0
    assert f"govtrack evidence check {bare}" in done.err
    assert run("evidence", "check", "--all", "--kind", "vv-report").code == 0
    assert [r["id"] for r in run("evidence", "check", old, bare).rows()] == [old, bare]
    assert [
        r["id"] for r in run("evidence", "check", "--all", "--status", "superseded").rows()
    ] == [old]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give ids such as EV-2025-0001, or --all"),
        (("EV-2026-0001", "--all"), "not both"),
        (("EV-2026-0001", "--kind", "vv-report"), "not both"),
        (("EV-2026-0009",), "there is no EV-2026-0009 in this register"),
        (("EV-2026-0001", "--as-of", "2020-01-01"), "EV-2026-0001 is dated after 2020-01-01"),
        (("what",), "'what' is not an id"),
        (("--all", "--system", "cat"), "there is no system 'cat'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(run, add, arguments, said):
    add(*WHOLE)

    done = run("evidence", "check", *arguments)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_every_wrong_id_is_told_at_once(run):
    done = run("evidence", "check", "one", "two")

    assert "'one'" in done.err
    assert "'two'" in done.err


def test_a_workspace_lays_its_own_needs_over_the_shipped_ones(add, checked, workspace):
    identifier = add(*WHOLE[:4], "--prepared-by", "ben", *APPROVED)
    assert "period" in ids(checked(identifier)["missing"])
    (workspace / "schemas").mkdir()
    own = workspace / "schemas" / "documentation.yaml"
    own.write_text("needs:\n  - {id: period, kinds: [event-log]}\nweak: {recorded_days: 1}\n")

    one = checked(identifier)

    assert "period" not in ids(one["missing"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("needs:\n  - {id: perod, kinds: [event-log]}\n", "'missing' is missing"),
        ("needs:\n  - {id: period, kinds: [event-lg]}\n", "'event-lg' is not in the kinds"),
        ("criteria:\n  - {id: x, set: facts, title: X, needs: [sorce]}\n", "'sorce' is not in"),
        ("weak: {recorded_day: 3}\n", "unknown field"),
        ("papers: []\n", "unknown field"),
    ],
)
def test_a_workspace_file_that_cannot_be_used_is_refused(run, workspace, text, said):
    (workspace / "schemas").mkdir()
    (workspace / "schemas" / "documentation.yaml").write_text(text)

    done = run("evidence", "check", "--all")

    assert done.code == 2
    assert "schemas/documentation.yaml:" in done.err
    assert said in done.err

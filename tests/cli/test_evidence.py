"""`govtrack evidence`: from draft to withdrawal, and every question about it on the way."""

from __future__ import annotations

import csv
import io
import json

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from govtrack import shipped

SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in shipped.folder("schemas").glob("*.schema.json")
}
REGISTRY = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema))
    for schema in SCHEMAS.values()
    if "$id" in schema
)


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def add(run, workspace):
    """`add(name, *options)`: a verification report on MEASURE 2.6; gives its id."""

    def recorded(name="report", *options, kind="vv-report"):
        (workspace / f"{name}.txt").write_text(name)
        done = run("add-evidence", f"{name}.txt", "--kind", kind, "--supports", "MEASURE 2.6",
                   "--prepared-on", "2026-01-05", *options, "--json")  # fmt: skip
        assert done.code == 0, done.err
        return done.json()["id"]

    return recorded


@pytest.fixture
def show(run):
    """`show(id, *options)`: the record as JSON."""

    def shown(identifier, *options):
        done = run("evidence", "show", identifier, *options, "--json")
        assert done.code == 0, done.err
        return valid(done.json())

    return shown


def valid(document):
    schema = SCHEMAS[document["format"].removeprefix("govtrack.").removesuffix("/1")]
    Draft202012Validator(schema, registry=REGISTRY).validate(document)
    return document


def states(document):
    return {tag["ref"]: tag["state"] for tag in document["tags"]}


def test_the_whole_life_of_an_artefact(run, add, show):
    first = add("first")
    assert show(first)["status"] == "draft"

    approved = run("evidence", "approve", first, "--by", "eva", "--on", "2026-02-02")
    assert approved.code == 0
    assert approved.out.startswith(f"{first} 'first': approved\n")

    second = add("second", "--supersedes", first)
    assert show(first)["status"] == "approved"
    run("evidence", "approve", second, "--by", "eva", "--on", "2026-03-02")
    replaced = show(first)
    assert (replaced["status"], replaced["superseded_by"]) == ("superseded", second)
    assert (show(second)["version"], show(second)["supersedes"]) == (2, [first])

    run("evidence", "withdraw", second, "--why", "the test data was mislabelled")
    gone = show(second)
    assert (gone["status"], gone["withdrawn_why"]) == ("withdrawn", "the test data was mislabelled")
    assert gone["withdrawn_on"] == "2026-05-04"


def test_a_status_is_that_of_the_day_asked_for(run, add, show):
    one = add()
    run("evidence", "approve", one, "--by", "eva", "--on", "2026-02-02", "--valid-until",
        "2026-04-01")  # fmt: skip
    run("evidence", "withdraw", one, "--on", "2026-05-01", "--why", "wrong")

    seen = [
        show(one, "--as-of", day)["status"]
        for day in ("2026-01-10", "2026-02-02", "2026-04-01", "2026-04-02", "2026-05-01")
    ]

    assert seen == ["draft", "approved", "approved", "expired", "withdrawn"]


def test_what_the_register_knew_by_a_day_is_another_question(run, add):
    with freeze_time("2026-02-10T12:00:00Z"):
        one = add()
    run("evidence", "approve", one, "--by", "eva", "--on", "2026-02-02")
    question = ("evidence", "list", "--as-of", "2026-02-20")

    now = run(*question, "--json").json()["evidence"]
    then = run(*question, "--recorded-by", "2026-02-20", "--json").json()
    before = run(*question, "--recorded-by", "2026-02-09", "--json").json()

    assert [one["status"] for one in now] == ["approved"]
    assert [one["status"] for one in valid(then)["evidence"]] == ["draft"]
    assert then["recorded_by"] == "2026-02-20"
    assert valid(before)["evidence"] == []
    assert run("evidence", "show", one, "--recorded-by", "2026-02-09").code == 2


def test_supersede_is_at_once_where_the_new_one_is_approved(run, add, show):
    old, new = add("old"), add("new")
    for one, day in ((old, "2026-02-01"), (new, "2026-03-01")):
        run("evidence", "approve", one, "--by", "eva", "--on", day)

    assert run("evidence", "supersede", old, "--by", new).code == 0

    assert show(old)["superseded_on"] == "2026-03-01"
    assert show(old, "--as-of", "2026-02-15")["status"] == "approved"


def test_supersede_waits_for_the_approval_of_a_draft(run, add, show):
    old, new = add("old"), add("new")
    run("evidence", "approve", old, "--by", "eva", "--on", "2026-02-01")
    run("evidence", "supersede", old, "--by", new)
    assert show(old)["status"] == "approved"

    run("evidence", "approve", new, "--by", "eva", "--on", "2026-04-01")

    assert show(old)["superseded_on"] == "2026-04-01"


def test_a_proposal_is_confirmed_or_declined_by_a_person(run, add, show):
    one = add()

    run("evidence", "confirm", one, "A.6.2.4", "MAP 2.3", "--actor", "eva")
    run("evidence", "decline", one, "A.7.4", "--reason", "says nothing of data quality")

    found = show(one)
    assert (states(found)["A.6.2.4"], states(found)["A.7.4"]) == ("confirmed", "declined")
    assert {tag.get("confirmed_by") for tag in found["tags"] if tag["ref"] == "MAP 2.3"} == {"eva"}
    assert states(found)["8.2"] == "proposed"
    run("evidence", "confirm", one, "--all")
    assert set(states(show(one)).values()) == {"confirmed", "declined"}


def test_confirm_wants_references_or_all_and_not_both(run, add):
    one = add()

    for words in ([], ["A.6.2.4", "--all"]):
        assert run("evidence", "confirm", one, *words).code == 2


def test_tag_states_more_and_proposes_the_other_side(run, add, show):
    one = add("policy", kind="ai-policy")
    before = states(show(one))
    assert "9.2.1" not in before

    done = run("evidence", "tag", one, "9.2.1", "--json")

    after = states(valid(done.json()))
    assert after["9.2.1"] == "confirmed"
    assert {ref for ref in set(after) - set(before) if after[ref] == "proposed"}


def test_untag_takes_a_requirement_off_and_the_trail_keeps_that_it_was(run, add, show):
    one = add()

    run("evidence", "untag", one, "MEASURE 2.6", "--reason", "covers training data only")

    assert "MEASURE 2.6" not in states(show(one))
    past = run("evidence", "history", one).out
    assert "covers training data only" in past
    assert "tags: - MEASURE 2.6 confirmed (stated" in past


def test_history_has_each_change_with_before_and_after(run, add):
    one = add()
    run("evidence", "approve", one, "--by", "eva", "--on", "2026-02-02", "--actor", "eva@x.org",
        "--reason", "board of February")  # fmt: skip

    told = run("evidence", "history", one)
    past = valid(run("evidence", "history", one, "--json").json())

    assert "evidence approved (approved_by, approved_on, review_due) by eva@x.org" in told.out
    assert "board of February" in told.out
    assert "    approved_on: nothing -> 2026-02-02" in told.out
    assert [change["action"] for change in past["changes"]] == [
        "evidence.added", "evidence.approved",
    ]  # fmt: skip
    assert past["changes"][1]["changed"]["approved_by"] == [None, "eva"]


def test_show_says_where_every_requirement_comes_from(run, add):
    one = add("report", "--why", "covers every characteristic", "--period",
              "2026-01-01..2026-01-31")  # fmt: skip

    shown = run("evidence", "show", one.lower()).out

    assert shown.startswith(f"{one}  report\n")
    assert "covers every characteristic" in shown
    assert "2026-01-01..2026-01-31" in shown
    assert "confirmed; stated, ada@example.org" in shown
    assert "proposed; crosswalk, microsoft (from MEASURE 2.6)" in shown
    assert "119 days after it was prepared" in shown
    assert "sha256 " in shown


def test_the_list_shows_what_filters_leave(run, add):
    draft = add("draft")
    other = add("other", "--approved-by", "eva", "--approved-on", "2026-02-02", kind="ai-policy")

    rows = {row["id"]: row for row in run("evidence", "list").rows()}
    assert list(rows) == [draft, other]
    assert rows[other]["status"] == "approved"
    assert rows[other]["freshness"] == "fresh"
    for options in (
        ("--status", "approved"), ("--kind", "ai-policy"), ("--freshness", "fresh"),
        ("--text", "other"), ("--ref", "MEASURE 2.6", "--status", "approved"),
    ):  # fmt: skip
        assert [row["id"] for row in run("evidence", "list", *options).rows()] == [other]
    nothing = run("evidence", "list", "--status", "withdrawn")
    assert (nothing.code, nothing.out) == (0, "No evidence recorded that matches.\n")


def test_the_list_in_json_holds_whole_records(run, add):
    one = add()

    found = valid(run("evidence", "list", "--as-of", "2026-01-05", "--json").json())

    assert found["as_of"] == "2026-01-05"
    assert [record["id"] for record in found["evidence"]] == [one]
    assert found["evidence"][0]["tags"]


@pytest.mark.parametrize(
    ("arguments", "said", "nearest"),
    [
        (["show", "EV-2026-0002"], "there is no EV-2026-0002", "EV-2026-0001"),
        (["show", "report"], "'report' is not an id such as EV-2025-0001", None),
        (["approve", "EV-2026-0001", "--by", "eva", "--on", "2027-01-01"], "in the future", None),
        (["approve", "EV-2026-0001", "--by", "eva", "--on", "2026-01-01"], "before", None),
        (["confirm", "EV-2026-0001", "GOVERN 6.2"], "has no tag GOVERN 6.2", None),
        (["decline", "EV-2026-0001", "MEASURE 2.6"], "take it off with 'untag'", None),
        (["untag", "EV-2026-0001", "MEASURE 2"], "'MEASURE 2' is a category", None),
        (["supersede", "EV-2026-0001", "--by", "EV-2026-0001"], "cannot supersede", None),
        (["list", "--kind", "vv-repot"], "is not a kind of evidence", "vv-report"),
        (["list", "--ref", "MEASURE 2.66"], "--ref", "MEASURE 2.6"),
        (["list", "--system", "chat"], "there is no system 'chat'", None),
        (["list", "--from", "yesterday"], "--from: 'yesterday' is not a date", None),
        (["list", "--status", "aproved"], "'aproved' is not one of", None),
        (["export"], "--output FILE, --files DIR", None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_in_a_sentence(run, add, arguments, said, nearest):
    add()
    before = run("log", "--json").json()

    done = run("evidence", *arguments)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
    if nearest:
        assert f"did you mean '{nearest}'?" in done.err
    assert run("log", "--json").json() == before


@pytest.mark.parametrize(
    "words",
    [
        ["approve", "EV", "--by", "eva"],
        ["withdraw", "EV", "--why", "wrong"],
        ["tag", "EV", "9.2.1"],
        ["untag", "EV", "MEASURE 2.6"],
        ["confirm", "EV", "--all"],
        ["decline", "EV", "A.6.2.4"],
        ["supersede", "EV", "--by", "EV-2026-0002"],
    ],
    ids=lambda words: words[0],
)
def test_a_dry_run_says_what_would_be_and_changes_no_byte(run, add, workspace, words):
    one = add()
    add("other")
    register = workspace / ".govtrack" / "register.db"
    before = register.read_bytes()
    asked = [one if word == "EV" else word for word in words]

    told = run("evidence", *asked, "--dry-run")
    document = run("evidence", *asked, "-n", "--json")

    assert told.out.startswith(f"Dry run: nothing was recorded.\n{one} 'report': would be ")
    assert valid(document.json())["dry_run"] is True
    assert register.read_bytes() == before


def test_export_writes_the_list_as_a_table_and_the_artefacts_beside_it(run, add, workspace):
    one = add("report")

    table = run("evidence", "export", "--output", "-")
    done = run("evidence", "export", "--files", "out", "--output", "list.json")

    (row,) = csv.DictReader(io.StringIO(table.out))
    assert one in row.values()
    assert done.code == 0
    assert [path.name for path in (workspace / "out").iterdir()] == [f"{one}-v1-1.txt"]
    assert (workspace / "out" / f"{one}-v1-1.txt").read_text() == "report"
    again = run("evidence", "export", "--output", "list.json")
    assert again.code == 1
    assert "is there already" in again.err

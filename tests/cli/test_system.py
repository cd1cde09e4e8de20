"""`govtrack system`: the AI systems in scope."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from govtrack import shipped


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def triage(run):
    done = run("system", "add", "triage", "--name", "Triage score", "--role", "provider",
               "--role", "user", "--generative", "--stage", "operation-and-monitoring",
               "--owner", "eva", "--purpose", "Proposes an urgency",
               "--in-scope-from", "2026-01-01")  # fmt: skip
    assert done.code == 0, done.err
    return done


def valid(document):
    folder = shipped.folder("schemas")
    found = {
        name: json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("system", "systems")
    }
    registry = Registry().with_resources(
        (one["$id"], Resource.from_contents(one)) for one in found.values() if "$id" in one
    )
    schema = found[document["format"].removeprefix("govtrack.").removesuffix("/1")]
    Draft202012Validator(schema, registry=registry).validate(document)
    return document


def test_a_system_has_an_id_and_the_name_people_give_it(run, triage):
    assert triage.out == "Recorded SYS-2026-0001 'Triage score' (triage)\n"

    (row,) = run("system", "list").rows()

    assert row["id"] == "SYS-2026-0001"
    assert row["slug"] == "triage"
    assert row["roles"] == "provider, user"
    assert row["generative"] == "generative"
    assert row["in scope"] == "2026-01-01"


@pytest.mark.usefixtures("triage")
def test_the_json_of_one_and_of_all_say_the_same(run):
    (listed,) = valid(run("system", "list", "--json").json())["systems"]
    shown = valid(run("system", "show", "TRIAGE", "--json").json())

    assert listed["roles"] == ["provider", "user"]
    assert listed["generative"] is True
    assert {name: shown[name] for name in listed} == listed
    assert shown["evidence"] == []


@pytest.mark.usefixtures("triage")
def test_a_change_is_a_new_entry_and_leaves_the_rest(run):
    done = run("system", "set", "sys-2026-0001", "--stage", "retirement", "--in-scope-to",
               "2026-06-30", "--reason", "replaced", "--json")  # fmt: skip

    changed = valid(done.json())
    assert (changed["stage"], changed["in_scope_to"]) == ("retirement", "2026-06-30")
    assert (changed["owner"], changed["roles"]) == ("eva", ["provider", "user"])
    last = run("log", "SYS-2026-0001", "--json").json()["entries"][-1]
    assert last["reason"] == "replaced"
    assert set(last["changed"]) == {"stage", "in_scope_to"}


@pytest.mark.usefixtures("triage")
def test_show_names_the_evidence_about_it(run, workspace):
    assert "Evidence about it: none recorded" in run("system", "show", "triage").out
    (workspace / "report.txt").write_text("report")
    run("add-evidence", "report.txt", "--kind", "vv-report", "--system", "triage")

    assert "Evidence about it: EV-2026-0001" in run("system", "show", "triage").out


def test_without_systems_the_command_that_adds_one_is_said(run):
    done = run("system", "list")

    assert done.code == 0
    assert "govtrack system add" in done.out
    assert valid(run("system", "list", "--json").json())["systems"] == []


@pytest.mark.parametrize(
    ("arguments", "said", "nearest"),
    [
        (["add", "triage", "--name", "Other"], "'triage' is SYS-2026-0001 already", None),
        (["add", "Not A Slug", "--name", "x"], "is not a slug", "not-a-slug"),
        (["add", "other"], "--name: is missing", None),
        (["add", "other", "--name", "x", "--role", "provder"], "--role", "provider"),
        (["add", "other", "--name", "x", "--stage", "retirment"], "--stage", "retirement"),
        (["set", "tirage", "--owner", "ben"], "--system", "triage"),
        (["set", "triage", "--in-scope-to", "2025-01-01"], "--in-scope-to", None),
        (["show", "tirage"], "there is no system 'tirage'", "triage"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("triage")
def test_what_cannot_be_is_refused_in_a_sentence(run, arguments, said, nearest):
    done = run("system", *arguments)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    if nearest:
        assert f"did you mean '{nearest}'?" in done.err
    assert len(run("system", "list").rows()) == 1


def test_a_dry_run_records_no_system(run):
    done = run("system", "add", "chat", "--name", "Chat", "--dry-run")
    document = run("system", "add", "chat", "--name", "Chat", "-n", "--json").json()

    assert done.out == (
        "Dry run: nothing was recorded.\nWould record SYS-2026-0001 'Chat' (chat)\n"
    )
    assert valid(document)["dry_run"] is True
    assert run("system", "list", "--json").json()["systems"] == []


def test_a_set_that_says_nothing_or_nothing_new_records_nothing(run):
    run("system", "add", "triage", "--name", "Triage", "--owner", "eva")

    nothing = run("system", "set", "triage")
    same = run("system", "set", "triage", "--owner", "eva")

    assert (nothing.code, nothing.out) == (2, "")
    assert "SYSTEM: nothing to change: give at least one of --name, --role, " in nothing.err
    assert (same.code, same.out) == (0, "Nothing new of SYS-2026-0001 'Triage'\n")

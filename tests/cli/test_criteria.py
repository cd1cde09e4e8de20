"""`govtrack criteria`: the default that ships, versions adopted from it or from a file."""

from __future__ import annotations

import json

import pytest
import yaml
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped
from govtrack.catalog.loading import catalogue


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


def valid(document):
    schema = (shipped.folder("schemas") / "criteria.schema.json").read_text(encoding="utf-8")
    Draft202012Validator(json.loads(schema)).validate(document)
    return document


def adopt(run, *arguments):
    done = run("criteria", "set", *arguments, "--decided-by", "AI board")
    assert done.code == 0, done.err
    return done


def test_before_any_is_adopted_the_default_is_shown_as_such(run):
    shown = run("criteria", "show")
    document = valid(run("criteria", "show", "--json").json())

    assert shown.out.startswith("AI risk criteria (AI RMF: risk tolerance): none in force on 2026")
    assert "not adopted" in shown.out
    assert "govtrack criteria set" in shown.err
    assert (document["adopted"], document["id"], document["versions"]) == (False, None, [])
    assert document["matrix"]["likely"]["severe"] == "critical"


def test_without_a_file_the_default_is_adopted(run):
    done = adopt(run, "--in-force-from", "2026-01-01")

    assert done.out == (
        "Adopted RC-2026-0001 'AI risk criteria', version 1, in force from 2026-01-01\n"
    )
    document = valid(run("criteria", "show", "--json").json())
    assert (document["version"], document["decided_by"]) == (1, "AI board")
    assert document["source"] == "govtrack's own risk-criteria.yaml"
    assert run("log", "RC-2026-0001", "--json").json()["entries"][0]["action"] == (
        "risk_criteria.adopted"
    )


def test_the_yaml_that_is_shown_can_be_edited_and_given_back(run, workspace):
    adopt(run, "--in-force-from", "2026-01-01")
    given = yaml.safe_load(run("criteria", "show", "--yaml").out)
    given["matrix"]["rare"]["severe"] = "high"
    given["title"] = "Ours"
    (workspace / "ours.yaml").write_text(yaml.safe_dump(given, sort_keys=False))

    document = valid(
        run("criteria", "set", "ours.yaml", "--in-force-from", "2026-04-01",
            "--decided-by", "AI board", "--json").json()
    )  # fmt: skip

    assert (document["version"], document["title"], document["source"]) == (2, "Ours", "ours.yaml")
    now, then = (
        run("criteria", "show", "--json", *more).json()["matrix"]["rare"]["severe"]
        for more in ([], ["--as-of", "2026-03-31"])
    )
    assert (now, then) == ("high", "moderate")
    assert run("criteria", "show", "--version", "1", "--json").json()["version"] == 1


def test_what_is_shown_on_standard_input_again_is_the_same(run):
    text = run("criteria", "show", "--yaml").out

    done = run("criteria", "set", "-", "--decided-by", "eva", stdin=text)

    assert done.code == 0, done.err
    shipped_ = catalogue().risk_criteria
    document = run("criteria", "show", "--json").json()
    assert document["title"] == shipped_.title
    assert document["matrix"] == shipped_.matrix
    assert document["source"] == "standard input"


def test_a_version_that_lies_ahead_is_not_in_force_yet(run):
    adopt(run, "--in-force-from", "2026-07-01")

    assert run("criteria", "show", "--json").json()["adopted"] is False
    later = run("criteria", "show", "--as-of", "2026-07-01", "--json").json()
    assert later["id"] == "RC-2026-0001"


FAULTS = [
    (lambda c: c["matrix"]["rare"].pop("severe"), "matrix.rare: 'severe' is missing", None),
    (lambda c: c["matrix"].pop("likely"), "matrix: 'likely' is missing", None),
    (lambda c: c["matrix"]["rare"].update(severe="hihg"), "matrix.rare.severe", "high"),
    (lambda c: c["matrix"]["likely"].update(severe="low"), "a higher consequence may not", "high"),
    (lambda c: c["matrix"].update(lkely=c["matrix"].pop("likely")), "matrix.lkely", "likely"),
    (lambda c: c["acceptable"].pop("society"), "acceptable: 'society' is missing", None),
    (lambda c: c["acceptable"].update(societies="low"), "acceptable.societies", "society"),
    (lambda c: c["levels"][0].update(review_months=0), "levels[1].review_months", None),
    (lambda c: c["levels"][0].update(review_months=500), "120 at most", None),
    (lambda c: c["levels"][1].update(word="low"), "stands twice", None),
    (lambda c: c["likelihood"][0].update(word="Very rare"), "likelihood[1].word", "very-rare"),
    (lambda c: c["consequence"][0].pop("groups"), "'groups' is missing", None),
    (lambda c: c.update(levles=c.pop("levels")), "levles", "levels"),
    (lambda c: c.update(likelihood=c["likelihood"][:1]), "has 1 steps", None),
]


@pytest.mark.parametrize(("spoil", "said", "nearest"), FAULTS, ids=[one[1] for one in FAULTS])
def test_a_fault_is_named_with_its_line(run, workspace, spoil, said, nearest):
    given = yaml.safe_load(run("criteria", "show", "--yaml").out)
    spoil(given)
    (workspace / "bad.yaml").write_text(yaml.safe_dump(given, sort_keys=False))

    done = run("criteria", "set", "bad.yaml", "--decided-by", "eva")

    assert (done.code, done.out) == (2, "")
    assert "govtrack: bad.yaml:" in done.err
    assert said in done.err
    if nearest:
        assert f"did you mean '{nearest}'?" in done.err
    assert run("criteria", "show", "--json").json()["versions"] == []


def test_every_fault_is_named_at_once(run, workspace):
    given = yaml.safe_load(run("criteria", "show", "--yaml").out)
    given["matrix"]["rare"]["severe"] = "x"
    given["acceptable"]["groups"] = "y"
    (workspace / "bad.yaml").write_text(yaml.safe_dump(given, sort_keys=False))

    done = run("criteria", "set", "bad.yaml", "--decided-by", "eva")

    lines = [line for line in done.err.splitlines() if line.startswith("govtrack")]
    places = [line.split(", ")[1].partition(":")[0] for line in lines]
    assert places == ["matrix.rare.severe", "acceptable.groups"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", "missing.yaml", "--decided-by", "eva"], "missing.yaml: there is no such file"),
        (["set"], "--decided-by"),
        (["show", "--version", "3"], "there is no version 3"),
        (["show", "--yaml", "--json"], "one form at a time"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_in_a_sentence(run, arguments, said):
    done = run("criteria", *arguments)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_workspace_s_own_default_takes_the_place_of_the_shipped_one(run, workspace):
    given = yaml.safe_load(run("criteria", "show", "--yaml").out)
    given["title"] = "House criteria"
    (workspace / "schemas").mkdir()
    (workspace / "schemas" / "risk-criteria.yaml").write_text(
        yaml.safe_dump(given, sort_keys=False)
    )

    assert adopt(run).out.startswith("Adopted RC-2026-0001 'House criteria'")
    assert run("criteria", "show", "--json").json()["source"] == "schemas/risk-criteria.yaml"


def test_a_dry_run_adopts_nothing(run):
    document = valid(run("criteria", "set", "--decided-by", "eva", "--dry-run", "--json").json())

    assert (document["dry_run"], document["adopted"]) == (True, False)
    assert run("criteria", "show", "--json").json()["versions"] == []


@pytest.mark.usefixtures("workspace")
def test_a_version_that_was_replaced_before_its_day_is_told_as_such(run):
    for day in ("2025-01-01", "9999-12-31", "2025-06-01"):
        done = run("criteria", "set", "--in-force-from", day, "--decided-by", "AI board",
                   "--title", f"From {day}")  # fmt: skip
        assert done.code == 0, done.err

    shown = run("criteria", "show", "--as-of", "9999-12-31")
    answer = run("criteria", "show", "--json").json()

    assert "version 3" in shown.out
    assert "2 from 9999-12-31 (never in force: version 3 took its place)" in shown.err
    assert [one["replaced_by"] for one in answer["versions"]] == [None, 3, None]
    listed = run("documents", "--as-of", "9999-12-31", "--json").json()["documents"]
    papers = [one for one in listed if one["id"].startswith("RC-")]
    assert [one["status"] for one in papers] == ["superseded", "superseded", "approved"]


def test_criteria_of_which_nothing_differs_from_those_in_force_are_not_adopted_again(run):
    adopt(run, "--in-force-from", "2026-01-01")

    again = run("criteria", "set", "--in-force-from", "2026-06-01", "--decided-by", "eva")
    named = run("criteria", "set", "--title", "Ours", "--decided-by", "eva", "--json")

    assert (again.code, again.out) == (1, "")
    assert "nothing differs from version 1" in again.err
    assert (named.code, named.json()["version"]) == (0, 2)
    assert len(run("criteria", "show", "--json").json()["versions"]) == 2


def test_those_in_force_may_be_decided_on_anew_to_take_the_place_of_others_planned(run, workspace):
    adopt(run, "--in-force-from", "2026-01-01")
    given = yaml.safe_load(run("criteria", "show", "--yaml").out)
    given["matrix"]["rare"]["severe"] = "high"
    (workspace / "planned.yaml").write_text(yaml.safe_dump(given, sort_keys=False))
    adopt(run, "planned.yaml", "--in-force-from", "2026-06-01")

    back = adopt(run, "--in-force-from", "2026-06-01")

    assert "version 3" in back.out
    assert "version 2, planned from 2026-06-01, never comes into force" in back.err

"""`govtrack arrangements`: three ways of using both frameworks together, and what is missing."""

from __future__ import annotations

import json
from datetime import date

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped
from govtrack import workspace as workspaces
from govtrack.aims import risks
from govtrack.aims.risk_fields import RiskFields
from govtrack.catalog.loading import catalogue
from govtrack.register import reader
from govtrack.register.recording import recording
from govtrack.status import arrangements as status


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


def valid(document):
    text = (shipped.folder("schemas") / "arrangements.schema.json").read_text(encoding="utf-8")
    Draft202012Validator(json.loads(text)).validate(document)
    return document


def asked(run, number, *more):
    (one,) = valid(run("arrangements", number, "--json", *more).json())["arrangements"]
    return one


def row_of(one, iso, rmf):
    return next(row for row in one["rows"] if rmf in {row["rmf"]["ref"], row["rmf"]["title"]}
                and row["iso"]["ref"] == iso)  # fmt: skip


def system(run, *more):
    done = run("system", "add", "chat", "--name", "Chat", "--role", "provider", "--in-scope-from",
               "2026-01-01", *more)  # fmt: skip
    assert done.code == 0, done.err


def evidence(run, folder, kind, refs, *more):
    (folder / "paper.txt").write_text(f"{kind} {refs}")
    done = run("add-evidence", "paper.txt", "--kind", kind, "--supports", refs, "--prepared-by",
               "ben", "--prepared-on", "2026-03-02", "--json", *more)  # fmt: skip
    assert done.code == 0, done.err
    return done.json()["id"]


@pytest.mark.parametrize(("number", "rows"), [(1, 12), (2, 10), (3, 5)])
def test_every_row_of_its_tables_is_there_with_its_source(run, number, rows):
    one = asked(run, number)
    walk = catalogue().crosswalks["article"]
    tables = status.TABLES[number]

    assert len(one["rows"]) == rows
    assert [(row["iso"]["ref"], row["rmf"]["ref"]) for row in one["rows"]] == [
        (row.iso, row.rmf) for table in tables for row in walk.rows if row.table == table
    ]
    assert walk.display in one["source"]
    assert walk.about["caveat"] in one["source"]


@pytest.mark.parametrize(
    ("pattern", "first"), [("rmf-first", 2), ("iso-first", 1), ("parallel", 1)]
)
def test_the_adoption_pattern_decides_which_comes_first(run, workspace, pattern, first):
    settings = workspace / "govtrack.toml"
    lines = [one for one in settings.read_text().splitlines() if not one.startswith("pattern")]
    settings.write_text("\n".join([f'pattern = "{pattern}"', *lines]))

    found = valid(run("arrangements", "--json").json())

    assert found["arrangements"][0]["number"] == first
    assert {one["number"] for one in found["arrangements"]} == {1, 2, 3}


def test_an_empty_register_says_what_would_be_needed_on_both_sides(run):
    system(run)
    one = asked(run, 1)
    risk = row_of(one, "6.1.2", "MAP 4")
    impact = row_of(one, "6.1.4", "MAP 5")

    assert (risk["iso"]["in_force"], risk["rmf"]["in_force"]) == (0, 0)
    commands = [note["settle"] for note in risk["missing"]]
    assert commands[0] == "govtrack criteria set --in-force-from DATE --decided-by WHO"
    assert any(command.startswith("govtrack risk add") for command in commands)
    assert "govtrack add-evidence FILE --kind risk-assessment --supports 6.1.2" in commands
    assert "systems with an impact assessment that holds: 0 of 1" in impact["iso"]["recorded"]
    assert any(note["settle"].startswith("govtrack impact add chat") for note in impact["missing"])
    assert "certification: not certified" in one["facts"]


def test_confirmed_evidence_in_force_counts_on_both_sides_and_nothing_else(run, workspace):
    system(run)
    identifier = evidence(run, workspace, "vv-report", "A.6.2.4,MEASURE-2.6")
    draft = row_of(asked(run, 1), "A.6.2.4", "MEASURE 2")
    run("evidence", "approve", identifier, "--by", "eva", "--on", "2026-03-09")
    approved = row_of(asked(run, 1), "A.6.2.4", "MEASURE 2")
    before = row_of(asked(run, 1, "--as-of", "2026-03-08"), "A.6.2.4", "MEASURE 2")
    with freeze_time("2028-01-01T12:00:00Z"):
        late = row_of(asked(run, 1), "A.6.2.4", "MEASURE 2")

    assert (draft["iso"]["in_force"], draft["rmf"]["in_force"]) == (0, 0)
    assert {
        "words": f"A.6.2.4, MEASURE 2.6: {identifier} is a draft",
        "settle": f"govtrack evidence approve {identifier} --by WHO --on DATE",
    } in draft["missing"]
    assert (approved["iso"]["in_force"], approved["rmf"]["in_force"]) == (1, 1)
    assert before["iso"]["in_force"] == 0
    proposed = [note["settle"] for note in approved["missing"] if "confirm" in note["settle"]]
    assert proposed
    assert all(settle.startswith(f"govtrack evidence confirm {identifier} ") for settle in proposed)
    assert f"govtrack add-evidence FILE --kind vv-report --supersedes {identifier}" in [
        note["settle"] for note in late["missing"]
    ]


def test_risks_and_impacts_are_shown_as_recorded_on_the_day(run, workspace):
    system(run)
    said = RiskFields(
        title="Late", system="chat", cause="Drift", event="Wrong", consequence="Harm",
        sources=("MAP 4.1",), affected=("individuals",),
    )  # fmt: skip
    with recording(workspaces.find(workspace), "ada@example.org") as recorded:
        risks.add(recorded, said, catalogue())
    run("impact", "add", "chat", "--on", "2026-05-04", "--by", "ben")
    run("impact", "effect", "IA-2026-0001", "--level", "society", "--kind", "none", "--what", "-")
    draft = asked(run, 1)
    run("impact", "approve", "IA-2026-0001", "--by", "eva")

    one = asked(run, 1)
    yesterday = asked(run, 1, "--as-of", "2026-05-03")

    assert "open risks assessed: 0 of 1" in row_of(one, "6.1.2", "MAP 4")["iso"]["recorded"]
    assert "open risks identified from it: 1" in row_of(one, "6.1.2", "MAP 4")["rmf"]["recorded"]
    holds = "systems with an impact assessment that holds: {} of 1"
    assert holds.format(0) in row_of(draft, "6.1.4", "MAP 5")["iso"]["recorded"]
    assert any(
        note["settle"].startswith("govtrack impact approve IA-2026-0001")
        for note in row_of(draft, "6.1.4", "MAP 5")["missing"]
    )
    assert holds.format(1) in row_of(one, "6.1.4", "MAP 5")["iso"]["recorded"]
    assert holds.format(0) in row_of(yesterday, "6.1.4", "MAP 5")["iso"]["recorded"]
    assert any(
        note["settle"].startswith("govtrack risk assess R-2026-0001")
        for note in row_of(one, "6.1.2", "MAP 4")["missing"]
    )


def test_an_excluded_control_asks_for_no_evidence(run):
    system(run, "--generative")
    before = row_of(
        asked(run, 3), "A.10", "actions on foundation-model procurement and integration"
    )
    done = run("soa", "set", "A.10.*", "--excluded", "--why", "Nothing is bought or passed on")
    assert done.code == 0, done.err
    after = row_of(asked(run, 3), "A.10", "actions on foundation-model procurement and integration")

    assert any("A.10.2" in note["words"] for note in before["missing"])
    assert not any("A.10" in note["words"] for note in after["missing"])
    assert "controls decided: 3 of 3 (0 applicable, 0 implemented)" in after["iso"]["recorded"]


def test_without_a_generative_system_the_third_asks_for_nothing(run):
    system(run)
    idle = asked(run, 3)
    run("system", "set", "chat", "--generative")
    busy = asked(run, 3)

    assert idle["idle"] == "no generative AI system is on record, so nothing is asked for"
    assert all(row["missing"] == [] for row in idle["rows"])
    assert busy["idle"] is None
    assert "generative AI systems: chat" in busy["facts"]
    first = busy["rows"][0]
    assert len(first["rmf"]["leaves"]) == 12
    commands = [note["settle"] for note in first["missing"]]
    assert "govtrack risk suggest --system chat" in commands
    assert "govtrack profile add genai --kind generative-ai --title 'Generative AI'" in commands


def test_every_theme_of_the_crosswalk_is_read_as_something():
    themes = {row.theme for row in catalogue().crosswalks["article"].rows if row.theme}

    assert themes == {*status.THEMES, status.CHARACTERISTICS}
    for categories, risks_ in status.THEMES.values():
        assert all(one in catalogue().requirements for one in categories)
        assert all(one == "genai:" or one in catalogue().requirements for one in risks_)


def test_in_a_pipe_each_missing_thing_is_a_line(run):
    system(run)
    rows = run("arrangements", "2").rows()

    assert {row["arrangement"] for row in rows} == {"2"}
    assert any(row["iso"] == "9.2" and row["rmf"] == "MEASURE 4" for row in rows)
    assert all(row["mend with"].startswith("govtrack ") for row in rows)


def test_a_number_that_is_none_of_the_three_is_refused(run):
    done = run("arrangements", "4")

    assert (done.code, done.out) == (2, "")
    assert "4 is not in the range 1<=x<=3" in done.err


def test_the_number_of_statements_does_not_grow_with_the_register(run, workspace):
    def statements():
        seen = []
        with reader.reading(workspaces.find(workspace)) as connection:
            connection.set_trace_callback(seen.append)
            status.arrangements(connection, catalogue(), date(2026, 5, 4), "parallel")
        return len(seen)

    system(run)
    few = statements()
    for number in range(5):
        run("system", "add", f"s{number}", "--name", "S", "--role", "user")
        run("impact", "add", f"s{number}", "--on", "2026-05-04", "--by", "ben")
        evidence(run, workspace, "vv-report", f"MEASURE 2.{number + 1}", "--title", f"t{number}")

    assert statements() <= few

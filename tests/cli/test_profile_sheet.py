"""`govtrack profile export` and `profile import`: a profile as a sheet that people edit."""

from __future__ import annotations

import json

import jsonschema
import openpyxl
import pytest
from freezegun import freeze_time

from govtrack import shipped

DATA = "Profile"


@pytest.fixture(autouse=True)
def _on_a_day():
    with freeze_time("2026-05-04T12:00:00Z"):
        yield


@pytest.fixture
def register(run, workspace):
    """A workspace with the organisation's profile, that of a system, and one of generative AI."""
    for args in (
        ["system", "add", "triage", "--name", "Referral triage"],
        ["profile", "set", "MEASURE 2.6", "--current", "partly", "--target", "achieved", "--by",
         "2026-12-31", "--action", "=test()\n-again", "--owner", "ben", "--note", "'quoted"],
        ["profile", "set", "GOVERN 1.1", "--system", "triage", "--current", "planned"],
        ["profile", "add", "genai", "--kind", "generative-ai", "--title", "Generative AI"],
        ["profile", "set", "GV-1.1-001", "--profile", "genai", "--current", "planned"],
    ):  # fmt: skip
        done = run(*args)
        assert done.code == 0, done.err
    return workspace


def written(run, name="profile.xlsx", *options):
    done = run("profile", "export", "--output", name, *options)
    assert done.code == 0, done.err
    return name


def edit(name, ref, **values):
    book = openpyxl.load_workbook(name)
    page = book[DATA]
    columns = {cell.value: cell.column for cell in page[1]}
    row = next(n for n in range(2, page.max_row + 1) if page.cell(n, 1).value == ref)
    for field, value in values.items():
        page.cell(row, columns[field.replace("_", " ")]).value = value
    book.save(name)
    return row


def shown(run, name, *options):
    result = run("profile", "import", name, "--dry-run", "--json", *options)
    assert result.code == 0, result.err
    return {
        (one["subcategory"], one["field"]): (one["before"], one["after"])
        for one in result.json()["changes"]
    }


def row_of(run, ref, *options):
    rows = run("profile", "show", "--json", *options).json()["rows"]
    return next(one for one in rows if one["ref"] == ref)


@pytest.mark.usefixtures("register")
def test_a_sheet_has_72_rows_and_the_states_of_the_scale_to_choose_from(run):
    page = openpyxl.load_workbook(written(run))[DATA]

    assert page.max_row == 1 + 72
    lists = [rule.formula1 for rule in page.data_validations.dataValidation]
    assert lists.count('"none,planned,partly,largely,achieved"') == 2
    assert '"high,medium,low"' in lists
    assert page.freeze_panes == "B2"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "options",
    [[], ["--system", "triage"], ["--profile", "genai"], ["--profile", "triage"]],
    ids=str,
)
@pytest.mark.usefixtures("register")
def test_a_sheet_that_nobody_edited_changes_nothing(run, form, options):
    name = written(run, f"profile.{form}", *options)
    before = run("log").out

    result = run("profile", "import", name, "--yes", *options)

    assert (result.code, result.err) == (0, "")
    assert result.out == "Nothing differs from what is recorded.\n"
    assert run("log").out == before


@pytest.mark.usefixtures("register")
def test_what_was_edited_is_recorded_on_the_day_it_is_dated(run):
    name = written(run, "april.xlsx", "--as-of", "2026-04-01")
    edit(name, "MEASURE 2.6", current="Largely", target="achieved",
         target_by="2027-01-31")  # fmt: skip
    edit(name, "MAP 1.1", current="partly", why="Asked for")

    result = run("profile", "import", name, "--yes", "--on", "2026-04-01", "--reason", "Q1")

    assert result.code == 0, result.err
    assert "Recorded 2 rows" in result.err
    # what was set on a later day goes on holding from that day
    assert row_of(run, "MEASURE 2.6")["set_on"] == "2026-05-04"
    earlier = row_of(run, "MAP 1.1", "--as-of", "2026-04-01")
    assert (earlier["current"], earlier["why"], earlier["set_on"]) == (
        "partly", "Asked for", "2026-04-01"
    )  # fmt: skip
    assert run("verify").code == 0


@pytest.mark.usefixtures("register")
def test_a_sheet_of_today_is_not_taken_for_an_earlier_day(run):
    name = written(run)
    edit(name, "MEASURE 2.6", current="Largely")

    result = run("profile", "import", name, "--yes", "--on", "2026-04-01")

    assert result.code == 2
    assert (
        "the row was written from PR-2026-0001, but on that day nothing holds: write a sheet as of "
        "that day"
    ) in result.err


@pytest.mark.usefixtures("register")
def test_an_emptied_cell_empties_the_field(run):
    name = written(run)
    edit(name, "MEASURE 2.6", owner=None, target_by=None)

    assert shown(run, name) == {
        ("MEASURE 2.6", "owner"): ("ben", None),
        ("MEASURE 2.6", "target_by"): ("2026-12-31", None),
    }
    assert run("profile", "import", name, "--yes").code == 0
    row = row_of(run, "MEASURE 2.6")
    assert (row["owner"], row["target_by"], row["current"]) == (None, None, "partly")
    assert row["action"] == "=test()\n-again"


@pytest.mark.usefixtures("register")
def test_the_sheet_says_whose_profile_it_is(run):
    name = written(run, "triage.xlsx", "--system", "triage")
    edit(name, "GOVERN 1.1", current="largely")

    other = run("profile", "import", name, "--yes", "--profile", "organisation")
    same = run("profile", "import", name, "--yes", "--system", "SYS-2026-0001", "--json")

    assert other.code == 2
    assert "the sheet is of the profile 'triage'" in other.err
    assert same.json()["profile"] == "triage"
    assert row_of(run, "GOVERN 1.1", "--system", "triage")["current"] == "largely"
    assert row_of(run, "GOVERN 1.1")["current"] is None


@pytest.mark.usefixtures("register")
def test_the_csv_of_one_profile_is_not_taken_for_another_one(run):
    name = written(run, "triage.csv", "--system", "triage")

    result = run("profile", "import", name, "--yes")

    assert result.code == 2
    assert (
        "is of GOVERN 1.1 in PF-2026-0002: is the sheet, or the row, of another one?" in result.err
    )


@pytest.mark.usefixtures("register")
def test_a_profile_that_is_not_recorded_yet_is_made_by_its_first_rows(run):
    run("system", "add", "chat", "--name", "Chat")
    name = written(run, "chat.xlsx", "--system", "chat")
    edit(name, "MEASURE 2.6", current="none", note="none yet")

    result = run("profile", "import", name, "--yes", "--json")

    assert result.json()["profile"] == "chat"
    assert row_of(run, "MEASURE 2.6", "--system", "chat")["current"] == "none"


@pytest.mark.usefixtures("register")
def test_the_actions_of_a_generative_ai_profile_are_rows(run):
    name = written(run, "genai.xlsx", "--profile", "genai")
    edit(name, "GV-1.1-001", current="achieved")

    assert shown(run, name) == {("GV-1.1-001", "current"): ("planned", "achieved")}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"current": "largly"}, "current: 'largly' is not one of none, planned, partly, largely"),
        ({"priority": "urgent"}, "priority: 'urgent' is not one of high, medium, low"),
        ({"target_by": "31.12.2027"}, "target by: '31.12.2027' is not a date"),
        ({"due": "2020-05-03"}, "due: 2020-05-03 is before it was decided, 20"),
        ({"subcategory": "MEASURE 2"}, "subcategory: 'MEASURE 2' is a category"),
        ({"subcategory": "GV-1.1-001"}, "subcategory: 'GV-1.1-001' is an action of NIST AI 600-1"),
        ({"subcategory": "MEASURE 2.*"}, "subcategory: 'MEASURE 2.*' names 13: one a row"),
    ],
)
@pytest.mark.usefixtures("register")
def test_what_cannot_be_read_is_refused_in_words(run, values, sentence):
    name = written(run)
    row = edit(name, "MEASURE 2.6", **values)

    result = run("profile", "import", name, "--yes")

    assert (result.code, result.out) == (2, "")
    assert f"govtrack: profile.xlsx, row {row}, {sentence}" in result.err


@pytest.mark.usefixtures("register")
def test_what_both_changed_is_refused(run):
    name = written(run)
    edit(name, "MEASURE 2.6", owner="ada", note="seen")
    run("profile", "set", "MEASURE 2.6", "--owner", "zoe", "--action", "Other")

    refused = run("profile", "import", name, "--yes")
    forced = run("profile", "import", name, "--yes", "--force")

    assert "owner: changed meanwhile: PR-2026-0004 says 'zoe', the sheet 'ada'" in refused.err
    assert refused.err.count("changed meanwhile") == 1
    assert [(one["field"], one["changed meanwhile"]) for one in forced.rows()] == [
        ("owner", "yes"), ("note", "")
    ]  # fmt: skip
    assert row_of(run, "MEASURE 2.6")["action"] == "Other"


@pytest.mark.usefixtures("register")
def test_the_json_answer_is_of_its_schema(run):
    schema = json.loads((shipped.folder("schemas") / "profile-import.schema.json").read_text())
    name = written(run)
    edit(name, "MEASURE 2.6", owner="ada")

    for options in (["-n"], ["--yes"], ["--yes"]):
        answer = run("profile", "import", name, "--json", *options).json()
        jsonschema.validate(answer, schema)


@pytest.mark.usefixtures("register")
def test_the_states_of_a_scale_of_one_s_own_are_the_words_of_the_sheet(run, workspace):
    (workspace / "schemas").mkdir()
    (workspace / "schemas" / "profile-scale.yaml").write_text(
        "source: ours\nstates:\n  - {id: not-yet, meaning: no}\n  - {id: partly, meaning: some}\n"
        "  - {id: achieved, meaning: all}\n"
    )
    name = written(run)
    edit(name, "MAP 1.1", current="Not yet")

    assert shown(run, name) == {("MAP 1.1", "current"): (None, "not-yet")}

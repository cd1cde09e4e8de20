"""`govtrack soa`: decisions, versions and checks at the command line."""

from __future__ import annotations

import json
import re

import openpyxl
import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


def valid(document):
    name = document["format"].removeprefix("govtrack.").removesuffix("/1")
    path = shipped.folder("schemas") / f"{name}.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


@pytest.fixture
def done(run):
    """`done("set", ...)`: a command of `soa` that must succeed."""

    def succeeded(*arguments):
        result = run("soa", *arguments)
        assert result.code == 0, result.err
        return result

    return succeeded


@pytest.fixture
def decided(done):
    """Every reference control is applicable since 1 March, for a reason, with an owner."""
    done("set", "A.2.*", "A.3.*", "A.4.*", "A.5.*", "A.6.*", "A.7.*", "A.8.*", "A.9.*", "A.10.*",
         "--applicable", "--why", "Called for by the provider contract", "--because",
         "contract:C-1", "--status", "partial", "--owner", "eva", "--due", "2026-09-30",
         "--on", "2026-03-01")  # fmt: skip


def test_a_decision_is_told_and_kept(run, done):
    told = done("set", "a.6.2.4", "--applicable", "--why", "Gates releases", "--because",
                "legal:AI Act", "--status", "planned", "--due", "2026-09-30")  # fmt: skip
    document = valid(done("set", "A.6.2.4", "--status", "implemented", "--json").json())

    assert told.out == (
        "Recorded AD-2026-0001: A.6.2.4 applicable, planned by 2026-09-30, on 2026-05-04\n"
    )
    (decision,) = document["decisions"]
    assert (decision["id"], decision["why"], decision["decided_by"]) == (
        "AD-2026-0002", "Gates releases", "ada@example.org",
    )  # fmt: skip
    assert [row["of"] for row in run("log").rows()][2:] == ["AD-2026-0001", "AD-2026-0002"]
    assert {row["title"] for row in run("log").rows()[2:]} == {"A.6.2.4"}
    assert run("verify").code == 0


def test_several_at_once_are_decided_together_or_not_at_all(run, done):
    refused = run("soa", "set", "A.10.*", "A.6.2.4", "--status", "partial")
    told = done("set", "A.10.*", "--excluded", "--why", "Nothing is passed on", "-n")

    assert refused.code == 2
    assert refused.err.count("is not decided yet") == 4
    assert [line.split()[3] for line in told.out.splitlines()[1:]] == [
        "A.10.2", "A.10.3", "A.10.4",
    ]  # fmt: skip
    assert "AD-" not in run("log").out


def test_a_control_of_one_s_own_is_decided_like_the_others(done):
    added = valid(done("add", "ORG-1", "--title", "Review", "--source", "C-1", "--json").json())

    told = done("set", "org-1", "--applicable", "--why", "Contract says so")

    assert (added["id"], added["added_on"]) == ("AC-2026-0001", "2026-05-04")
    assert told.out == "Recorded AD-2026-0001: ORG-1 applicable, on 2026-05-04\n"


@pytest.mark.parametrize(
    ("arguments", "said", "nearest"),
    [
        (["set", "A.6.2.44", "--applicable", "--why", "x"], "CONTROL: 'A.6.2.44'", "A.6.2.4"),
        (["set", "6.1.3", "--applicable", "--why", "x"], "is not a control of Annex A", None),
        (["set", "A.6.2.4", "--applicable", "--why", "x", "--because", "lgal:AI"],
         "--because: 'lgal' is not one of risk, legal", "legal"),
        (["set", "A.6.2.4", "--applicable", "--why", "x", "--because", "GDPR"],
         "--because: 'GDPR' is of no kind; write it as KIND:WHAT", None),
        (["set", "A.6.2.4", "--excluded", "--applicable", "--why", "x"],
         "--excluded: is said together with --applicable", None),
        (["set", "A.6.2.4", "--clear", "onwer"], "--clear: 'onwer' is not one of", "owner"),
        (["set", "A.6.2.4", "--clear", "owner", "--owner", "eva"], "--owner", None),
        (["add", "EV-2026-0001", "--title", "x", "--source", "y"],
         "NEW: 'EV-2026-0001' reads like the id of a record", None),
        (["set", "A.6.2.4", "--applicable", "--why", "x", "--status", "implmented"],
         "--status: 'implmented'", "implemented"),
        (["set", "A.6.2.4", "--applicable", "--why", "x", "--on", "2026-05-05"], "--on", None),
        (["set", "A.6.2.4", "--excluded", "--why", "x", "--owner", "eva"], "--owner", None),
        (["add", "A.11.2", "--title", "x", "--source", "y"], "NEW: 'A.11.2' reads like", None),
        (["add", "ORG-1", "--title", " ", "--source", "y"], "--title: is empty", None),
        (["approve", "--by", "eva"], "--scope: is missing", None),
        (["approve", "--by", " ", "--scope", "x"], "--by: is empty", None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(run, arguments, said, nearest):
    refused = run("soa", *arguments)

    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert not nearest or f"did you mean '{nearest}'?" in refused.err
    assert "AD-" not in run("log").out


@pytest.mark.usefixtures("decided")
def test_a_version_is_approved_once_everything_is_decided(run, done):
    done("add", "ORG-1", "--title", "Review", "--source", "C-1", "--on", "2026-03-01")

    refused = run("soa", "approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-02")
    done("set", "ORG-1", "--applicable", "--why", "Contract", "--on", "2026-03-01")
    first = done("approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-02")
    again = run("soa", "approve", "--by", "eva")
    done("set", "ORG-1", "--owner", "eva")
    second = valid(done("approve", "--by", "eva", "--json").json())

    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "ORG-1: not decided on 2026-03-02" in refused.err
    assert first.out == "Recorded SOA-2026-0001: version 1, approved by eva on 2026-03-02\n"
    assert (again.code, again.out) == (1, "")
    assert "nothing differs from version 1, neither a row nor the scope" in again.err
    assert (second["version"], second["scope"], len(second["rows"])) == (2, "AIMS 1", 39)


@pytest.mark.usefixtures("decided")
def test_a_version_with_the_same_rows_has_a_scope_or_a_note_of_its_own(run, done):
    done("approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-02")

    noted = done("approve", "--by", "eva", "--note", "As certified", "--on", "2026-03-03")
    wider = done("approve", "--by", "eva", "--scope", "AIMS 2", "--on", "2026-03-04")
    same = run("soa", "approve", "--by", "ben", "--scope", "AIMS 2")

    assert ("version 2" in noted.out, "version 3" in wider.out, same.code) == (True, True, 1)


@pytest.mark.usefixtures("decided")
def test_approving_notes_what_the_tests_find_and_what_the_approver_decided(done):
    done("set", "A.2.2", "--status", "implemented", "--by", "eva", "--on", "2026-03-02")

    approved = done("approve", "--by", "Eva", "--scope", "AIMS 1", "--json")

    notes = valid(approved.json())["notes"]
    assert notes == [
        "'govtrack soa check' has 1 finding on 2026-05-04: beyond-evidence 1",
        "Eva approves what Eva decided: 1 row (A.2.2)",
    ]
    assert [f"note: {note}" for note in notes] == approved.err.splitlines()


@pytest.mark.usefixtures("decided")
def test_a_decision_dated_back_notes_what_it_does_not_change(done):
    done("set", "A.2.2", "--owner", "ben", "--on", "2026-04-01")
    done("approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-10")
    done("approve", "--by", "eva", "--on", "2026-04-02")

    dated = done("set", "A.2.2", "--owner", "ada", "--on", "2026-03-05")
    today = done("set", "A.2.2", "--owner", "ada")

    assert dated.err.splitlines() == [
        "note: A.2.2 was decided again on 2026-04-01: what is decided now holds only until then",
        "note: version 1, approved on 2026-03-10, stays as it is: without this decision",
    ]
    assert today.err == ""


@pytest.mark.usefixtures("decided")
def test_the_same_decision_twice_is_noted_and_not_recorded(run, done):
    first = done("set", "A.2.2", "--status", "partly", "--owner", "ben")
    before = run("log").out

    again = done("set", "A.2.2", "--status", "partial", "--owner", "ben")
    document = valid(done("set", "A.2.2", "--owner", "ben", "--json").json())

    assert "note: 'partly' is recorded as 'partial'" in first.err
    assert (again.out, again.err) == (
        "", "note: A.2.2: the same is recorded already, AD-2026-0039\n",
    )  # fmt: skip
    assert document["decisions"] == []
    assert run("log").out == before


@pytest.mark.usefixtures("decided")
def test_a_field_is_emptied_again(done):
    emptied = valid(done("set", "A.2.2", "--clear", "owner", "--clear", "due", "--json").json())

    (decision,) = emptied["decisions"]
    assert (decision["owner"], decision["due"], decision["status"]) == (None, None, "partial")


@pytest.mark.usefixtures("decided")
def test_show_has_a_row_for_each_control_and_one_more_where_a_system_differs(run, done):
    run("system", "add", "chat", "--name", "Chat")
    done("set", "A.10.3", "--system", "chat", "--excluded", "--why", "It buys nothing in")
    done("add", "ORG-1", "--title", "Review", "--source", "C-1")

    header, *lines = done("show").out.splitlines()
    document = valid(done("show", "--json").json())

    rows = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines[:-3]]
    assert len(rows) == 40
    (differing,) = [row for row in rows if row["for"]]
    assert (differing["control"], differing["for"], differing["standing"]) == (
        "A.10.3", "chat", "excluded",
    )  # fmt: skip
    assert rows[-1]["standing"] == "not decided"
    assert lines[-2:] == [
        "38 reference controls: 38 applicable, 0 excluded, 0 not decided; 1 additional",
        "As decided by 2026-05-04; no version was approved",
    ]
    assert document["counts"]["additional"] == 1


@pytest.mark.usefixtures("decided")
def test_show_of_one_control_names_the_inputs_of_each_source(done):
    shown = done("show", "--control", "b.6.2.4").out
    document = valid(done("show", "--control", "A.6.2.4", "--json").json())

    assert "why            Called for by the provider contract" in shown
    assert "Microsoft, listed by NIST: GOVERN 4.3" in shown
    assert "practitioner comparison article: MEASURE 2" in shown
    assert [one["control"] for one in document["controls"]] == ["A.6.2.4"]


def test_show_before_anything_is_decided_says_so_and_how_to_begin(done):
    shown = done("show", "--control", "A.2.2").out

    assert "not decided: govtrack soa set A.2.2 --applicable --why TEXT" in shown
    assert "none in force" in shown


@pytest.mark.parametrize(
    ("arguments", "said", "nearest"),
    [
        (["show", "--control", "ORG-1"], "--control: 'ORG-1' is not a control", None),
        (["show", "--control", "A.6.2.44"], "--control", "A.6.2.4"),
        (["show", "--system", "chat"], "--system: there is no system 'chat'", None),
        (["show", "--version", "1"], "--version: there is no version 1", None),
        (["diff"], "FROM: no version was approved", None),
        (["diff", "3"], "FROM: there is no version 3", None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_question_that_cannot_be_answered_is_refused(run, arguments, said, nearest):
    refused = run("soa", *arguments)

    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert not nearest or f"did you mean '{nearest}'?" in refused.err


@pytest.mark.usefixtures("decided")
def test_check_names_each_test_and_the_command_that_mends(run):
    checked = run("soa", "check")
    document = valid(run("soa", "check", "--json").json())

    assert checked.code == 1
    assert "undecided\tpassed\tIs every control decided?" in checked.out.splitlines()
    assert checked.out.splitlines()[-1].split("\t") == [
        "not-approved", "", "", "no version of the statement was approved",
        "govtrack soa approve --by WHO --on DATE --scope TEXT",
    ]  # fmt: skip
    assert (document["passed"], [one["code"] for one in document["findings"]]) == (
        False, ["not-approved"],
    )  # fmt: skip


@pytest.mark.usefixtures("decided")
def test_versions_and_what_differs_between_them(done):
    assert "soa approve" in done("versions").out
    done("approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-02")
    done("set", "A.6.2.4", "--owner", "ben", "--on", "2026-03-03")
    done("approve", "--by", "eva", "--on", "2026-03-04", "--note", "New owner")

    rows = done("versions").out.splitlines()
    between = done("diff", "1", "2").out.splitlines()
    since = valid(done("diff", "1", "--json").json())

    assert [line.split("\t")[0] for line in rows] == ["version", "1", "2"]
    assert between == [
        "control\tsystem\tfield\tversion 1\tversion 2", "A.6.2.4\t\towner\teva\tben",
    ]  # fmt: skip
    assert done("diff").out == "Nothing differs from version 2 to what holds on 2026-05-04.\n"
    assert (since["from"], since["to"], len(since["changes"])) == (1, None, 1)
    assert len(valid(done("versions", "--as-of", "2026-03-03", "--json").json())["versions"]) == 1


@pytest.mark.usefixtures("decided")
def test_what_the_register_did_not_know_yet_is_not_shown(done):
    shown = done("show", "--recorded-by", "2026-05-03", "--json").json()

    assert shown["counts"]["undecided"] == 38


@pytest.mark.usefixtures("decided")
def test_the_document_holds_every_control_and_says_what_status_is_not(run, done, workspace):
    run("system", "add", "chat", "--name", "Chat <b>")
    done("add", "ORG-1", "--title", "Review & sign", "--source", "C-1", "--on", "2026-03-01")
    done("set", "ORG-1", "--applicable", "--why", "C-1 asks for it", "--on", "2026-03-01")
    done("approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-02")
    done("set", "A.10.3", "--system", "chat", "--excluded", "--why", "It buys nothing in")

    told = done("export", "--output", "soa.html")
    page = (workspace / "soa.html").read_text()

    assert told.out == ""
    assert all(f'<span class="ref">{ref}</span>' in page for ref in ("A.2.2", "A.10.4", "ORG-1"))
    assert page.count('<span class="ref">') == 39
    assert "38 reference controls: 38 applicable, 0 excluded, 0 not decided; 1 additional" in page
    assert "That 6.1.3 of the standard itself asks for it is not claimed here." in page
    assert "Review &amp; sign" in page
    assert "It buys nothing in" in page
    assert "working state; SOA-2026-0001, version 1, is approved" in page
    assert "differs from version 1 in applicable, why" in page
    assert "risk treatment (AI RMF: risk response)" in page
    state = "NOT APPROVED: 1 decision differs from version 1"
    assert page.count(state) == 2
    assert page.index(state) < page.index('<nav class="sections"')
    order = [page.index(f'<h2 id="{name}"') for name in ("controls", "notes", "sign-off", "tests")]
    assert order == sorted(order)
    assert "For the organisation: tests of the statement</h2>" in page
    assert '<th scope="row">Approved</th><td></td>' in page[order[2] : order[3]]


@pytest.mark.usefixtures("decided")
def test_the_document_says_whether_what_it_shows_is_approved(done, workspace):
    def state(name, *arguments):
        done("export", "--output", name, *arguments)
        return re.findall(r'<p class="soa-state.*">(.*)</p>', (workspace / name).read_text())

    assert state("none.html") == ["NOT APPROVED: no version is approved"]
    done("approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-02")
    assert state("same.html") == [
        "APPROVED: what holds does not differ from version 1, by eva, 2026-03-02"
    ]
    done("set", "A.2.2", "A.2.3", "--owner", "ben", "--clear", "due")
    assert state("differs.html") == ["NOT APPROVED: 2 decisions differ from version 1"]
    assert state("frozen.html", "--version", "1") == ["APPROVED: version 1, by eva, 2026-03-02"]


@pytest.mark.usefixtures("decided")
def test_the_document_marks_what_is_past_its_day(done, workspace):
    done("export", "--output", "before.html", "--as-of", "2026-09-30")
    done("export", "--output", "after.html", "--as-of", "2026-10-01")

    marked = [(workspace / name).read_text().count(">overdue</strong>")
              for name in ("before.html", "after.html")]  # fmt: skip
    assert marked == [0, 38]


@pytest.mark.usefixtures("decided")
def test_the_print_of_a_version_is_the_same_each_time(done, workspace):
    done("approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-02")

    for name in ("one.pdf", "two.pdf"):
        done("export", "--version", "1", "--output", name)
    done("export", "--version", "1", "--output", "soa.json")

    first, second = ((workspace / name).read_bytes() for name in ("one.pdf", "two.pdf"))
    assert first.startswith(b"%PDF")
    assert first == second
    document = valid(json.loads((workspace / "soa.json").read_text()))
    assert document["version"]["scope"] == "AIMS 1"


@pytest.mark.usefixtures("decided")
def test_the_workbook_of_a_version_has_a_row_for_each_control_and_no_formulas(done, workspace):
    done("set", "A.2.2", "--why", "=1+1 of the contract", "--on", "2026-03-01")
    done("approve", "--by", "eva", "--scope", "AIMS 1", "--on", "2026-03-02")
    done("set", "A.2.2", "--why", "Something else")

    done("export", "--version", "1", "--output", "soa.xlsx")

    sheet = openpyxl.load_workbook(workspace / "soa.xlsx")["09 Applicability"]
    rows = list(sheet.iter_rows(values_only=True))
    assert (len(rows), rows[1][0], rows[1][4]) == (39, "A.2.2", "=1+1 of the contract")
    assert {cell.data_type for cell in sheet["E"]} == {"s"}


def test_a_document_before_anything_is_decided_hides_nothing(done, workspace):
    done("export", "--output", "soa.html")
    page = (workspace / "soa.html").read_text()

    assert page.count("not decided</span>") == 38
    assert "None recorded: there is no earlier version to compare with." in page
    assert "None recorded." in page


def test_a_form_that_is_not_written_is_refused_and_no_file_is_written_over(run, done, workspace):
    done("export", "--output", "soa.json")

    unknown = run("soa", "export", "--output", "soa.pfd")
    again = run("soa", "export", "--output", "soa.json")

    assert (unknown.code, again.code) == (2, 1)
    assert "did you mean 'pdf'?" in unknown.err
    assert not (workspace / "soa.pfd").exists()


def test_a_folder_that_is_not_there_is_refused_by_the_option_that_names_it(run, workspace):
    done = run("soa", "export", "--output", "nowhere/soa.xlsx")

    assert (done.code, done.out) == (2, "")
    assert done.err == "govtrack: --output: there is no folder 'nowhere' to write soa.xlsx to\n"
    assert not (workspace / "nowhere").exists()

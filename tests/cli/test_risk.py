"""`govtrack risk`: from the first suggestion to the document that is handed over."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex

import openpyxl
import pytest
from click.shell_completion import BashComplete
from freezegun import freeze_time
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from govtrack import shipped
from govtrack.cli.main import govtrack


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def done(run):
    """`done(*arguments)`: a command that succeeds."""

    def done(*arguments):
        result = run(*arguments)
        assert result.code == 0, result.err
        return result

    return done


@pytest.fixture
def begun(done):
    """Criteria in force since 2025, a generative system, and one risk of it."""
    done("criteria", "set", "--in-force-from", "2025-01-01", "--decided-by", "AI board")
    done("system", "add", "chat", "--name", "Chat", "--generative")
    add(done)


def add(done, *more, title="Invented answers", system="chat", source="genai:confabulation"):
    given = ["--system", system] if system else []
    given += ["--source", source] if source else []
    return done(
        "risk", "add", "--title", title, "--cause", "no check", "--event", "made up",
        "--consequence", "misled", "--affects", "individuals", "--owner", "eva",
        "--identified-on", "2025-02-01", *given, *more,
    )  # fmt: skip


def assess(done, likelihood, consequence, on, *more, risk="R-2026-0001"):
    return done("risk", "assess", risk, "--likelihood", likelihood, "--consequence-rating",
                consequence, "--on", on, "--by", "ben", *more)  # fmt: skip


def treat(done, *more, risk="R-2026-0001"):
    return done("risk", "treat", risk, "--option", "modify", "--what", "cite sources",
                "--on", "2025-04-01", *more)  # fmt: skip


def valid(document):
    folder = shipped.folder("schemas")
    schemas = {
        path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
        for path in [*folder.glob("risk*.schema.json"), folder / "written.schema.json"]
    }
    registry = Registry().with_resources(
        (one["$id"], Resource.from_contents(one)) for one in schemas.values()
    )
    name = document["format"].removeprefix("govtrack.").removesuffix("/1")
    Draft202012Validator(schemas[name], registry=registry).validate(document)
    return document


def shown(run, *more, risk="R-2026-0001"):
    return valid(run("risk", "show", risk, "--json", *more).json())


def codes(run, *more):
    return [one["code"] for one in valid(run("risk", "check", "--json", *more).json())["findings"]]


@pytest.mark.usefixtures("begun")
def test_every_step_tells_what_it_recorded(done):
    assert assess(done, "likely", "serious", "2025-02-03").out == (
        "Recorded R-2026-0001: likely x serious = high on 2025-02-03, by RC-2026-0001; to be "
        "assessed again by 2025-05-03\n"
    )
    assert treat(done, "--due", "2025-06-30", "--residual-likelihood", "rare",
                 "--residual-consequence", "minor").out == (
        "Recorded R-2026-0001: treatment 1 (modify), due on 2025-06-30, leaves low\n"
    )  # fmt: skip
    assert done("risk", "treat", "R-2026-0001", "--treatment", "1", "--due", "2025-09-30").out == (
        "Recorded R-2026-0001: treatment 1 (modify), due on 2025-09-30 (first 2025-06-30), leaves "
        "low\n"
    )
    done("risk", "treat", "R-2026-0001", "--treatment", "1", "--done", "2025-08-01")
    assert done("risk", "accept", "R-2026-0001", "--by", "eva", "--on", "2025-08-02",
                "--until", "2026-08-01").out == (
        "Recorded R-2026-0001: accepted at low by eva until 2026-08-01\n"
    )  # fmt: skip
    assert done("risk", "close", "R-2026-0001", "--why", "taken out").out == (
        "Recorded R-2026-0001: closed on 2026-05-04\n"
    )


@pytest.mark.usefixtures("begun")
def test_a_risk_on_any_day_is_what_had_happened_by_then(run, done):
    assess(done, "likely", "serious", "2025-02-03")
    treat(done, "--due", "2025-06-30", "--residual-likelihood", "rare", "--residual-consequence",
          "minor", "--done", "2025-08-01")  # fmt: skip
    done("risk", "accept", "R-2026-0001", "--by", "eva", "--on", "2025-08-02", "--until",
         "2025-12-31")  # fmt: skip
    assess(done, "unlikely", "minor", "2026-02-03")
    done("risk", "close", "R-2026-0001", "--why", "taken out", "--on", "2026-05-01")

    states = {
        day: (one["status"], one["level"], one["flags"])
        for day in ("2025-02-01", "2025-02-03", "2025-04-01", "2025-07-01", "2025-08-01",
                    "2025-12-31", "2026-01-01", "2026-04-30", "2026-05-01")
        for one in [shown(run, "--as-of", day)]
    }  # fmt: skip

    assert states == {
        "2025-02-01": ("identified", None, []),
        "2025-02-03": ("assessed", "high", ["above_acceptable"]),
        "2025-04-01": ("in-treatment", "high", ["above_acceptable"]),
        "2025-07-01": (
            "in-treatment", "high", ["above_acceptable", "review_overdue", "treatment_overdue"],
        ),
        "2025-08-01": ("treated", "low", ["review_overdue"]),
        "2025-12-31": ("accepted", "low", ["review_overdue"]),
        "2026-01-01": ("treated", "low", ["review_overdue", "acceptance_lapsed"]),
        "2026-04-30": ("treated", "low", ["acceptance_lapsed"]),
        "2026-05-01": ("closed", "low", []),
    }  # fmt: skip


@pytest.mark.usefixtures("begun")
def test_before_it_was_identified_there_is_no_risk(run):
    assert run("risk", "list", "--as-of", "2025-01-31", "--json").json()["risks"] == []
    done = run("risk", "show", "R-2026-0001", "--as-of", "2025-01-31")
    assert (done.code, done.out) == (2, "")
    assert "was not identified yet on 2025-01-31" in done.err


@pytest.mark.usefixtures("begun")
def test_the_list_is_narrowed(run, done):
    add(done, title="Of the AIMS", system=None, source="MAP 4.1")
    add(done, title="Closed", source="MAP 4.2")
    assess(done, "rare", "minor", "2026-02-01", risk="R-2026-0002")
    assess(done, "likely", "serious", "2025-02-03")
    done("risk", "close", "R-2026-0003", "--why", "gone")

    def ids(*more):
        return [one["id"][-1] for one in
                valid(run("risk", "list", "--json", *more).json())["risks"]]  # fmt: skip

    assert ids() == ["1", "2", "3"]
    assert ids("--open") == ["1", "2"]
    assert ids("--system", "chat") == ["1", "3"]
    assert ids("--level", "low") == ["2"]
    assert ids("--status", "closed") == ["3"]
    assert ids("--overdue") == ["1"]


@pytest.mark.usefixtures("begun")
def test_the_trend_is_drawn_and_told(run, done):
    assess(done, "almost-certain", "severe", "2025-02-03")
    assert "trend          -" in run("risk", "show", "R-2026-0001").out

    assess(done, "likely", "serious", "2025-03-03", "--why", "planned interval")
    assess(done, "rare", "minor", "2025-06-03", "--why", "significant change")

    assert "█▆▁  critical > high > low" in run("risk", "show", "R-2026-0001").out
    assert [(one["level"], one["rank"], one["of"]) for one in shown(run)["assessed"]] == [
        ("critical", 4, 4), ("high", 3, 4), ("low", 1, 4),
    ]  # fmt: skip


@pytest.mark.usefixtures("begun")
def test_suggestions_can_be_run_as_they_stand_and_are_then_on_record(run, done):
    before = valid(run("risk", "suggest", "--system", "chat", "--json").json())["suggestions"]
    assert len([one for one in before if one["source"].startswith("genai:")]) == 12
    assert [one["source"] for one in before if one["recorded"]] == ["genai:confabulation"]

    for one in before:
        if not one["recorded"]:
            done(*shlex.split(one["command"])[1:])

    after = run("risk", "suggest", "--system", "chat", "--json").json()["suggestions"]
    assert all(one["recorded"] for one in after)
    assert "no-genai-risk" not in codes(run)


@pytest.mark.usefixtures("begun")
def test_a_system_that_is_not_generative_begins_with_map_and_measure(run, done):
    done("system", "add", "score", "--name", "Score")

    found = run("risk", "suggest", "--system", "score", "--json").json()

    assert found["generative"] is False
    sources = [one["source"] for one in found["suggestions"]]
    assert sources[:2] == ["MAP 4.1", "MAP 4.2"]
    assert all(one.startswith(("MAP", "MEASURE")) for one in sources)
    assert all(one["related"] for one in found["suggestions"])


def test_without_criteria_the_check_says_so(run, done):
    done("system", "add", "chat", "--name", "Chat", "--generative")
    done("system", "add", "score", "--name", "Score")
    done("system", "add", "old", "--name", "Old", "--in-scope-to", "2025-12-31")

    assert codes(run) == ["no-criteria", "system-without-risk", "no-genai-risk"]
    assert run("risk", "check").code == 1


@pytest.mark.usefixtures("begun")
def test_what_is_amiss_with_a_risk_is_named(run, done):
    add(done, title="No source", source=None)

    assert codes(run) == ["no-source", "not-assessed", "not-assessed"]
    assess(done, "likely", "serious", "2025-02-03")
    assert codes(run) == [
        "no-source", "not-assessed", "review-overdue", "above-without-treatment",
    ]  # fmt: skip
    done("risk", "close", "R-2026-0002", "--why", "gone")
    done("criteria", "set", "--in-force-from", "2026-01-01", "--decided-by", "AI board",
         "--title", "Reviewed")  # fmt: skip
    assert codes(run) == ["older-criteria", "review-overdue", "above-without-treatment"]
    assess(done, "likely", "serious", "2026-05-01")
    assert codes(run) == ["above-without-treatment"]


@pytest.mark.usefixtures("begun")
def test_what_is_amiss_with_a_treatment_is_named_and_mended_by_the_command(run, done):
    assess(done, "likely", "serious", "2026-05-01")
    done("risk", "treat", "R-2026-0001", "--option", "modify", "--what", "x", "--on", "2026-05-02")

    assert codes(run) == ["treatment-without-control", "no-owner", "no-due"]
    done("risk", "treat", "R-2026-0001", "--treatment", "1", "--owner", "ben", "--due",
         "2026-05-03", "--control", "A.6.2.4")  # fmt: skip
    assert codes(run) == ["control-undecided", "no-evidence", "treatment-overdue"]
    done("risk", "treat", "R-2026-0001", "--treatment", "1", "--done", "2026-05-03",
         "--residual-likelihood", "possible", "--residual-consequence", "minor")  # fmt: skip
    assert codes(run) == ["control-undecided", "no-evidence", "residual-not-accepted"]
    done("risk", "accept", "R-2026-0001", "--by", "BEN", "--why", "cheap")
    assert codes(run) == ["control-undecided", "no-evidence", "accepted-by-assessor"]
    done("risk", "accept", "R-2026-0001", "--by", "eva", "--why", "cheap")
    assert codes(run) == ["control-undecided", "no-evidence"]


@pytest.mark.usefixtures("begun")
def test_a_risk_that_rose_after_it_was_treated_asks_for_a_treatment_or_an_acceptance(run, done):
    assess(done, "likely", "minor", "2025-02-03")
    treat(done, "--control", "A.6.2.4", "--owner", "ben", "--due", "2026-12-31")
    assess(done, "likely", "minor", "2025-05-01")
    as_before = codes(run, "--as-of", "2025-05-02")

    assess(done, "likely", "serious", "2026-05-01")

    found = run("risk", "check", "--json").json()["findings"]
    (raised,) = [one for one in found if one["code"] == "above-without-treatment"]
    assert (raised["about"], raised["system"]) == ("R-2026-0001", "chat")
    assert raised["words"] == "assessed high on 2026-05-01, after its last treatment was decided"
    assert "above-without-treatment" not in as_before
    done("risk", "accept", "R-2026-0001", "--by", "eva", "--why", "a month only")
    assert "above-without-treatment" not in codes(run)
    done("risk", "treat", "R-2026-0001", "--option", "avoid", "--what", "switched off",
         "--on", "2026-05-01")  # fmt: skip
    assert "above-without-treatment" not in codes(run)


@pytest.mark.usefixtures("begun")
def test_a_treatment_is_traced_to_the_decision_on_its_control_and_to_evidence(run, done, workspace):
    assess(done, "rare", "minor", "2026-05-01")
    treat(done, "--control", "A.6.2.4", "--owner", "ben", "--done", "2026-05-02")
    done("risk", "accept", "R-2026-0001", "--by", "eva")
    done("soa", "set", "A.6.2.4", "--excluded", "--why", "not ours")
    assert codes(run) == ["control-excluded", "no-evidence"]

    (mend,) = [one["mend"] for one in run("risk", "check", "--json").json()["findings"]
               if one["code"] == "control-excluded"]  # fmt: skip
    done(*shlex.split(mend.replace("TEXT", "tests"))[1:])
    (workspace / "report.txt").write_text("report")
    done("add-evidence", "report.txt", "--kind", "vv-report", "--supports", "A.6.2.4", "--system",
         "chat", "--approved-by", "eva", "--approved-on", "2026-05-03")  # fmt: skip

    result = run("risk", "check", "--json")
    document = valid(result.json())
    assert (result.code, document["findings"]) == (0, [])
    (trace,) = document["traces"]
    assert (trace["risk"], trace["treatment"], trace["done_on"]) == ("R-2026-0001", 1, "2026-05-02")
    assert trace["control"]["decision"] == "AD-2026-0002"
    assert trace["control"]["applicable"] is True
    assert trace["control"]["evidence"] == ["EV-2026-0001"]
    assert {one["state"] for one in document["process"]} == {"met"}
    assert "Nothing found on 2026-05-04 with 1 risk." in run("risk", "check").out


@pytest.mark.usefixtures("begun")
def test_evidence_about_another_system_does_not_count(run, done, workspace):
    done("system", "add", "score", "--name", "Score")
    treat(done, "--control", "A.6.2.4")
    (workspace / "report.txt").write_text("report")
    done("add-evidence", "report.txt", "--kind", "vv-report", "--supports", "A.6.2.4", "--system",
         "score", "--approved-by", "eva", "--approved-on", "2026-05-03")  # fmt: skip

    assert "no-evidence" in codes(run, "--system", "chat")


@pytest.mark.usefixtures("begun")
def test_the_check_of_one_system_is_about_that_system(run, done):
    done("system", "add", "score", "--name", "Score")

    found = run("risk", "check", "--system", "score", "--json").json()

    assert (found["risks"], [one["code"] for one in found["findings"]]) == (
        0, ["system-without-risk"],
    )  # fmt: skip


@pytest.mark.usefixtures("begun")
def test_an_acceptance_that_lapsed_is_named_and_renewed(run, done):
    assess(done, "rare", "minor", "2026-01-01")
    done("risk", "accept", "R-2026-0001", "--by", "eva", "--on", "2026-01-02", "--until",
         "2026-03-31")  # fmt: skip

    assert codes(run) == ["acceptance-lapsed"]
    done("risk", "accept", "R-2026-0001", "--by", "eva", "--until", "2026-12-31")
    assert codes(run) == []


@pytest.mark.usefixtures("begun")
def test_what_falls_due_is_reminded_of_until_it_is_done(run, done):
    assess(done, "likely", "serious", "2025-02-03")
    treat(done, "--due", "2025-06-30")

    def due():
        found = run("remind", "--json").json()["due"]
        return {one["kind"]: one["date"] for one in found if one["kind"].startswith("risk")}

    assert due() == {"risk_review": "2025-05-03", "risk_treatment": "2025-06-30"}
    done("risk", "treat", "R-2026-0001", "--treatment", "1", "--done", "2026-05-01")
    assess(done, "rare", "minor", "2026-05-02")
    assert due() == {}
    done("risk", "accept", "R-2026-0001", "--by", "eva", "--until", "2026-05-31")
    assert due() == {"risk_acceptance": "2026-05-31"}
    done("risk", "close", "R-2026-0001", "--why", "gone")
    assert due() == {}


@pytest.mark.usefixtures("begun")
def test_what_is_overdue_is_among_the_next_steps(run, done):
    assess(done, "likely", "serious", "2025-02-03")

    commands = [one["command"] for one in run("next", "--json").json()["steps"]]

    assert any(one.startswith("govtrack risk assess R-2026-0001") for one in commands)


@pytest.mark.usefixtures("begun")
def test_the_register_is_handed_over_in_every_form(run, done, workspace):
    assess(done, "likely", "serious", "2025-02-03")
    assess(done, "possible", "minor", "2025-06-03", "--why", "planned interval")
    treat(done, "--control", "A.6.2.4", "--due", "2025-06-30")
    add(done, title="=HYPERLINK(1)", system=None)

    written = {
        form: valid(done("risk", "export", "--output", f"r.{form}", "--json").json())
        for form in ("html", "pdf", "xlsx", "csv", "json")
    }

    assert all(one["bytes"] > 0 for one in written.values())
    html = (workspace / "r.html").read_text(encoding="utf-8")
    for words in ("Invented answers", "likely", "A.6.2.4", "nothing decided",
                  "treatment overdue", 'id="trend-R-2026-0001', "risk-matrix-t"):  # fmt: skip
        assert words in html
    assert (workspace / "r.pdf").read_bytes().startswith(b"%PDF")
    document = valid(json.loads((workspace / "r.json").read_text(encoding="utf-8")))
    assert [one["id"] for one in document["risks"]] == ["R-2026-0001", "R-2026-0002"]
    csv = (workspace / "r.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(1)" in csv
    book = openpyxl.load_workbook(io.BytesIO((workspace / "r.xlsx").read_bytes()))
    assert book.sheetnames == ["23 Risk register", "23 Treatment plan"]
    assert book["23 Treatment plan"]["G2"].value == "A.6.2.4"
    again = run("risk", "export", "--output", "r.html")
    assert (again.code, "is there already" in again.err) == (1, True)


def test_an_empty_register_is_a_document_too(done, workspace):
    done("risk", "export", "--output", "r.html")

    html = (workspace / "r.html").read_text(encoding="utf-8")
    assert html.count("None recorded.") == 3
    assert "No risk was assessed more than once." in html
    assert "no AI risk criteria are in force" in html


@pytest.mark.usefixtures("begun")
def test_what_people_wrote_is_shown_and_not_obeyed(done, workspace):
    add(done, title="<script>alert(1)</script>", source="MAP 4.1")

    done("risk", "export", "--output", "r.html")

    html = (workspace / "r.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize(
    ("arguments", "said", "nearest"),
    [
        (["show", "R-2026-0002"], "there is no R-2026-0002", "R-2026-0001"),
        (["show", "EV-2026-0001"], "is not an id such as R-2025-0001", None),
        (["list", "--status", "acepted"], "--status", "accepted"),
        (["list", "--level", "hihg"], "--level", "high"),
        (["list", "--system", "chatt"], "there is no system 'chatt'", "chat"),
        (["suggest", "--system", "caht"], "--system", "chat"),
        (["treat", "R-2026-0001", "--option", "modfy", "--what", "x"], "--option", "modify"),
        (["treat", "R-2026-0001", "--treatment", "1", "--done", "2026-01-01"],
         "no treatment 1", None),
        (["assess", "R-2026-0001", "--likelihood", "possibel", "--consequence-rating", "minor"],
         "--likelihood", "possible"),
        (["assess", "R-2026-0001", "--likelihood", "rare", "--consequence-rating", "minro"],
         "--consequence-rating: ", "minor"),
        (["treat", "R-2026-0001", "--option", "modify", "--what", "x", "--residual-likelihood",
          "rare", "--residual-consequence", "minro"], "--residual-consequence: ", "minor"),
        (["accept", "R-2026-0001", "--by", "eva"], "no level to accept", None),
        (["close", "R-2026-0001", "--why", "x", "--on", "2025-01-01"],
         "before R-2026-0001 was", None),
        (["export", "--output", "r.docx"], "--output", None),
        (["add", "--title", "x"], "--cause: is missing", None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
@pytest.mark.usefixtures("begun")
def test_what_cannot_be_is_refused_in_a_sentence(run, arguments, said, nearest):
    done = run("risk", *arguments)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    if nearest:
        assert f"did you mean '{nearest}'?" in done.err


@pytest.mark.usefixtures("begun")
def test_the_answers_of_changes_are_of_their_schema(run):
    for arguments in (
        ["assess", "R-2026-0001", "--likelihood", "rare", "--consequence-rating", "minor"],
        ["treat", "R-2026-0001", "--option", "retain", "--what", "kept", "--control", "A.6.2.4"],
        ["set", "R-2026-0001", "--owner", "ben", "--affects", "groups", "--dry-run"],
        ["accept", "R-2026-0001", "--by", "eva"],
        ["close", "R-2026-0001", "--why", "gone"],
    ):
        result = run("risk", *arguments, "--json")
        assert result.code == 0, result.err
        valid(result.json())
    assert run("verify").code == 0


@pytest.mark.usefixtures("begun")
def test_an_own_reference_names_the_risk(run, done):
    done("risk", "set", "R-2026-0001", "--reference", "RR-17")

    assert shown(run, risk="RR-17")["id"] == "R-2026-0001"
    assess(done, "rare", "minor", "2026-05-01", risk="RR-17")
    assert shown(run)["assessments"] == 1


@pytest.mark.usefixtures("begun")
def test_what_the_register_knew_by_a_day_is_asked_apart(run, done):
    with freeze_time("2026-06-01T12:00:00Z"):
        assess(done, "likely", "serious", "2025-02-03")

        assert shown(run, "--recorded-by", "2026-05-04")["status"] == "identified"
        assert shown(run)["status"] == "assessed"


def offered(*words):
    *before, incomplete = words
    completing = BashComplete(govtrack, {}, "govtrack", "_GOVTRACK_COMPLETE")
    return [item.value for item in completing.get_completions(list(before), incomplete)]


@pytest.mark.usefixtures("begun")
def test_ids_and_words_of_the_scales_complete():
    assert offered("risk", "show", "r-") == ["R-2026-0001"]
    assert offered("risk", "assess", "R-2026-0001", "--likelihood", "") == [
        "rare", "unlikely", "possible", "likely", "almost-certain",
    ]  # fmt: skip
    assert offered("risk", "assess", "R-2026-0001", "--consequence-rating", "se") == [
        "serious", "severe",
    ]  # fmt: skip
    assert offered("risk", "treat", "R-2026-0001", "--option", "s") == ["share"]
    assert offered("risk", "add", "--affects", "g") == ["groups"]


@pytest.mark.usefixtures("begun")
def test_in_the_words_of_the_ai_rmf_its_terms_lead(run, done, workspace):
    settings = workspace / "govtrack.toml"
    text = settings.read_text(encoding="utf-8").replace('vocabulary = "iso"', 'vocabulary = "rmf"')
    settings.write_text(text, encoding="utf-8")
    treat(done, "--due", "2026-05-01")
    assess(done, "rare", "minor", "2026-05-01")

    assert run("criteria", "show").out.startswith(
        "Risk tolerance (ISO/IEC 42001: AI risk criteria)"
    )
    assert (
        "Risk response (ISO/IEC 42001: risk treatment):" in run("risk", "show", "R-2026-0001").out
    )
    assert "magnitude of impact" in run("risk", "show", "R-2026-0001").out
    assert "the risk response (ISO/IEC 42001: risk treatment) plan" in run("remind").out
    done("risk", "export", "--output", "r.html")
    html = (workspace / "r.html").read_text(encoding="utf-8")
    assert "Plan of risk response (ISO/IEC 42001: risk treatment)" in html


@pytest.mark.usefixtures("begun")
def test_a_risk_is_never_found_by_another_s_id_or_by_nothing(run):
    add_other = run("risk", "set", "R-2026-0001", "--reference", "R-2026-0007")
    nothing = run("risk", "show", "")

    assert (add_other.code, nothing.code) == (2, 2)
    assert "--reference: 'R-2026-0007' reads like the id of a record" in add_other.err
    assert "RISK: '' is not an id" in nothing.err


@pytest.mark.usefixtures("begun")
def test_a_set_that_says_nothing_or_nothing_new_records_nothing(run, done):
    def entries():
        return len(run("log", "--json").json()["entries"])

    before = entries()
    nothing = run("risk", "set", "R-2026-0001")
    same = done("risk", "set", "R-2026-0001", "--owner", "eva")

    assert (nothing.code, nothing.out) == (2, "")
    assert "nothing to change: give at least one of --title" in nothing.err
    assert same.out == "Nothing new of R-2026-0001: nothing was recorded\n"
    assert entries() == before


@pytest.mark.usefixtures("begun")
def test_the_same_assessment_and_acceptance_are_recorded_once(run, done):
    for _ in range(2):
        assessed = assess(done, "rare", "minor", "2025-02-03")
        accepted = done("risk", "accept", "R-2026-0001", "--by", "eva", "--on", "2025-02-04")

    for told in (assessed, accepted):
        assert told.out == "Nothing new of R-2026-0001: nothing was recorded\n"
        assert "the same is recorded already, since 2026-05-04" in told.err
    one = shown(run)
    assert (len(one["assessed"]), len(one["accepted"])) == (1, 1)


@pytest.mark.usefixtures("begun")
def test_a_field_is_emptied_by_name_only(run, done):
    empty = run("risk", "set", "R-2026-0001", "--owner", "")
    new = run("risk", "treat", "R-2026-0001", "--option", "avoid", "--what", "x", "--clear", "due")
    done("risk", "set", "R-2026-0001", "--clear", "owner", "--clear", "source")

    assert (empty.code, new.code) == (2, 2)
    assert "--owner: is empty" in empty.err
    assert "--clear: goes with --treatment N" in new.err
    assert (shown(run)["owner"], shown(run)["sources"]) == (None, [])


def text_of(done, workspace):
    done("risk", "export", "--output", "risks.html")
    html = (workspace / "risks.html").read_text(encoding="utf-8")
    (workspace / "risks.html").unlink()
    return html, " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.usefixtures("begun")
def test_the_document_explains_a_level_that_is_not_the_one_assessed(done, workspace):
    assess(done, "likely", "serious", "2025-02-03")
    treat(done, "--residual-likelihood", "rare", "--residual-consequence", "minor")
    _, before = text_of(done, workspace)

    done("risk", "treat", "R-2026-0001", "--treatment", "1", "--done", "2025-06-01")
    _, after = text_of(done, workspace)

    assert "level left by treatment" not in before
    assert "low level left by treatment up to low is acceptable" in after


@pytest.mark.usefixtures("begun")
def test_the_document_and_its_sheets_say_in_the_row_what_lapsed_and_what_is_overdue(
    done, workspace
):
    assess(done, "rare", "minor", "2025-02-03")
    done("risk", "accept", "R-2026-0001", "--by", "eva", "--on", "2025-03-01", "--until",
         "2025-12-31")  # fmt: skip
    treat(done, "--due", "2025-06-30")
    _, said = text_of(done, workspace)
    done("risk", "export", "--output", "risks.xlsx")
    rows = list(openpyxl.load_workbook(workspace / "risks.xlsx")["23 Treatment plan"].values)
    (plan,) = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])

    assert "overdue , was due 2025-06-30" in said
    lapsed = "acceptance lapsed 2025-12-31: at low by eva on 2025-03-01"
    assert said.count(lapsed) == 2
    assert (plan["state"], plan["acceptance"]) == ("overdue", lapsed)


@pytest.mark.usefixtures("begun")
def test_an_acceptance_that_does_not_cover_the_present_level_says_so_wherever_it_stands(
    run, done, workspace
):
    def behind():
        answer = done("soa", "show", "--control", "A.6.2.4", "--json").json()
        (risk,) = answer["controls"][0]["risks"]
        return risk["accepted"], risk["acceptance"]

    treat(done, "--control", "A.6.2.4")
    nobody = behind()
    assess(done, "rare", "minor", "2025-05-03")
    done("risk", "accept", "R-2026-0001", "--by", "eva", "--on", "2025-06-01")
    covered = behind()
    assess(done, "almost-certain", "severe", "2025-07-03")
    above = behind()
    level = shown(run)["level"]
    _, said = text_of(done, workspace)
    done("risk", "export", "--output", "risks.xlsx")
    book = openpyxl.load_workbook(workspace / "risks.xlsx")
    sheets = [list(book[name].values) for name in ("23 Risk register", "23 Treatment plan")]
    done("soa", "export", "--output", "soa.html")

    accepted = "accepted at low by eva on 2025-06-01"
    words = f"{accepted}, which does not cover the present level, {level}"
    assert nobody == (None, "not accepted")
    assert covered == ({"by": "eva", "on": "2025-06-01", "level": "low"}, accepted)
    assert above == (None, words)
    assert said.count(words) == 2
    assert [rows[1][rows[0].index("acceptance")] for rows in sheets] == [words, words]
    assert words in (workspace / "soa.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("begun")
def test_what_is_retained_is_not_told_as_done(run, done, workspace):
    assess(done, "rare", "minor", "2025-02-03")
    treat(done, "--done", "2025-05-01")
    done("risk", "treat", "R-2026-0001", "--option", "retain", "--what", "leave it",
         "--on", "2025-05-02")  # fmt: skip
    done("risk", "export", "--output", "risks.xlsx")
    rows = list(openpyxl.load_workbook(workspace / "risks.xlsx")["23 Treatment plan"].values)
    process = {one["step"]: one for one in run("risk", "check", "--json").json()["process"]}

    assert [row[rows[0].index("state")] for row in rows[1:]] == ["done", "retained"]
    assert process["implemented"]["recorded"] == "1 done, 1 retained of 2 treatments"


@pytest.mark.usefixtures("begun")
def test_a_control_excluded_under_a_treatment_is_mended_by_the_same_command_in_both_papers(
    run, done
):
    treat(done, "--control", "A.8.3")
    done("soa", "set", "A.8.3", "--excluded", "--why", "Reports reach us by the vendor's desk")

    def mending(noun, code):
        found = run(noun, "check", "--json").json()["findings"]
        return [one["mend"] for one in found if one["code"] == code]

    command = (
        "govtrack soa set A.8.3 --applicable --because risk:R-2026-0001 --why TEXT --system chat"
    )
    assert mending("soa", "treated-by-excluded") == [command]
    assert mending("risk", "control-excluded") == [command]


@pytest.mark.usefixtures("begun")
def test_a_closed_risk_is_not_to_be_assessed_again(done, workspace):
    assess(done, "rare", "minor", "2025-02-03")
    treat(done, "--due", "2025-06-30")
    done("risk", "close", "R-2026-0001", "--why", "taken out")
    _, said = text_of(done, workspace)
    (row,) = csv.DictReader(io.StringIO(done("risk", "export", "--output", "-").out))

    assert "again by" not in said
    assert "was due" not in said
    assert row["next_review"] == ""


@pytest.mark.usefixtures("begun")
def test_the_matrix_is_drawn_for_a_narrow_screen_too(done, workspace):
    assess(done, "likely", "serious", "2025-02-03")

    html, _ = text_of(done, workspace)

    figures = dict(
        re.findall(r'<svg class="figure matrix (broad|narrow)"(.*?)</svg>', html, re.DOTALL)
    )
    assert set(figures) == {"broad", "narrow"}
    for drawn in figures.values():
        assert re.findall(r">([^<>]*)</text>", drawn).count("1 open") == 1
        assert len(re.findall("<rect", drawn)) == 25
    assert 'width="350"' in figures["narrow"]


@pytest.mark.usefixtures("begun")
def test_evidence_for_the_control_that_is_about_another_system_is_named(run, done, workspace):
    done("system", "add", "forecast", "--name", "Forecast")
    (workspace / "plan.md").write_text("plan")
    done("add-evidence", "plan.md", "--kind", "vv-report", "--system", "forecast", "--supports",
         "A.6.2.4", "--prepared-on", "2026-04-01", "--prepared-by", "ben", "--approved-by", "eva",
         "--approved-on", "2026-04-02")  # fmt: skip
    assess(done, "likely", "serious", "2025-02-03")
    treat(done, "--control", "A.6.2.4")

    answer = valid(run("risk", "check", "--json").json())
    _, said = text_of(done, workspace)

    elsewhere = "none for chat; EV-2026-0001 is about forecast"
    (found,) = [one for one in answer["findings"] if one["code"] == "no-evidence"]
    assert found["words"].endswith(f"no confirmed evidence is in force: {elsewhere}")
    assert answer["traces"][0]["control"]["elsewhere"] == {"EV-2026-0001": "forecast"}
    assert elsewhere in run("risk", "check").out
    assert "no evidence in force for chat ; EV-2026-0001 is about forecast" in said


@pytest.mark.usefixtures("begun")
def test_a_treatment_by_an_excluded_control_is_noted_where_it_is_said(run, done):
    done("system", "add", "other", "--name", "Other")
    done("soa", "set", "A.10.3", "--excluded", "--why", "Nothing is bought")
    done("soa", "set", "A.10.2", "--excluded", "--why", "Not for it", "--system", "other")
    done("soa", "set", "A.10.4", "--excluded", "--why", "Nothing is sold")
    done("soa", "set", "A.10.4", "--applicable", "--why", "It is", "--system", "chat")

    first = treat(done, "--control", "A.10.3", "--control", "A.10.2", "--control", "A.10.4")
    later = run("risk", "treat", "R-2026-0001", "--treatment", "1", "--control", "A.10.3",
                "--owner", "eva", "--json").json()  # fmt: skip

    words = "A.10.3 is excluded for SYS-2026-0001 by AD-2026-0001: Nothing is bought"
    assert [line for line in first.err.splitlines() if "is excluded" in line] == [f"note: {words}"]
    assert words in later["notes"]


@pytest.mark.usefixtures("begun")
def test_an_exclusion_of_what_treats_an_open_risk_is_noted(run, done):
    def noted(*words):
        return run("soa", "set", "A.6.2.4", *words, "--json").json()["notes"]

    treat(done, "--control", "A.6.2.4")
    done("system", "add", "other", "--name", "Other")
    exclude = ("--excluded", "--why", "We release nothing")
    words = "A.6.2.4 is excluded, yet R-2026-0001 'Invented answers' is treated by it"

    assert noted(*exclude, "--system", "other") == []
    assert noted(*exclude) == [words]
    assert noted("--applicable", "--why", "Chat is released", "--system", "chat") == []
    assert noted("--excluded", "--why", "Of no use to the rest of it") == []
    assert noted(*exclude, "--system", "chat") == [words]
    done("risk", "close", "R-2026-0001", "--why", "The system is gone")
    assert noted("--excluded", "--why", "We release no chat", "--system", "chat") == []

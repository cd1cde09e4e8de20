"""`govtrack profile`: rows by day, gaps, checks, generative AI, other scales, documents."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def put(run):
    """`put(*words)`: `govtrack profile set`, which must succeed."""

    def done(*words):
        result = run("profile", "set", *words)
        assert result.code == 0, result.err
        return result

    return done


@pytest.fixture
def evidence(run, workspace):
    """`evidence(supports, *more)`: confirmed evidence, approved unless told otherwise."""

    def recorded(supports, *more, approved=True):
        name = f"report-{len(list(workspace.glob('report-*')))}.txt"
        (workspace / name).write_text(f"{name} {supports} {more}")
        words = ("--approved-by", "eva", "--approved-on", "2026-03-04") if approved else ()
        done = run("add-evidence", name, "--kind", "vv-report", "--supports", supports,
                   "--prepared-by", "ben", "--prepared-on", "2026-03-02", *words, *more,
                   "--json")  # fmt: skip
        assert done.code == 0, done.err
        return done.json()["id"]

    return recorded


def valid(document):
    name = document["format"].removeprefix("govtrack.").removesuffix("/1")
    path = shipped.folder("schemas") / f"{name}.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


def row(run, ref, *more):
    document = valid(run("profile", "show", "--json", *more).json())
    return next(one for one in document["rows"] if one["ref"] == ref)


def rules(run, *more):
    done = run("profile", "check", "--json", *more)
    document = valid(done.json())
    assert done.code == (0 if document["passed"] else 1)
    return {(one["code"], one["about"]) for one in document["findings"]}


def test_all_72_rows_are_shown_before_anything_is_set(run):
    done = run("profile", "show")

    rows = done.rows()
    assert len(rows) == 72
    assert {one["current"] for one in rows} == {"not assessed"}
    assert "no profile recorded" in done.err
    assert "NIST prescribes none" in done.err
    document = valid(run("profile", "show", "--json").json())
    assert document["profile"] is None
    assert [one["total"] for one in document["functions"]] == [19, 18, 22, 13]


def test_a_row_shows_what_was_set_with_its_evidence_and_its_counterparts(run, put, evidence):
    first, second = evidence("MEASURE 2.6"), evidence("MEASURE 2.6")
    evidence("MEASURE 2.6", approved=False)
    put("ms-2.6", "--current", "partly", "--target", "achieved", "--owner", "ben")

    one = row(run, "MEASURE 2.6")

    assert (one["current"], one["target"], one["gap"], one["owner"]) == (
        "partly", "achieved", 2, "ben",
    )  # fmt: skip
    assert (one["evidence"], one["newest"], one["ids"]) == (2, second, [first, second])
    assert {one["source"] for one in one["iso"]} == {"article", "microsoft"}
    assert any(one["note"] == "at category level (MEASURE 2)" for one in one["iso"])


def test_evidence_that_is_proposed_stale_or_withdrawn_is_not_behind_a_row(run, evidence):
    proposed = evidence("MAP 1.1")
    lapsed = evidence("MEASURE 2.6", "--valid-until", "2026-04-01")
    gone = evidence("MEASURE 2.6")
    assert run("evidence", "withdraw", gone, "--why", "wrong").code == 0
    tags = run("evidence", "show", proposed, "--json").json()["tags"]
    assert "MEASURE 2.5" in {tag["ref"] for tag in tags if tag["state"] == "proposed"}

    assert row(run, "MEASURE 2.6")["evidence"] == 0
    assert row(run, "MEASURE 2.5")["evidence"] == 0
    assert row(run, "MEASURE 2.6", "--as-of", "2026-03-31")["ids"] == [lapsed, gone]


def test_as_of_shows_the_row_of_that_day_and_recorded_by_what_was_known(run, put):
    put("MAP 1.1", "--current", "none", "--on", "2026-01-10")
    put("MAP 1.1", "--current", "partly", "--on", "2026-03-10")
    with freeze_time("2026-05-20T12:00:00Z"):
        put("MAP 1.1", "--current", "largely", "--on", "2026-04-01")

        assert row(run, "MAP 1.1")["current"] == "largely"
        assert row(run, "MAP 1.1", "--as-of", "2026-02-01")["current"] == "none"
        assert row(run, "MAP 1.1", "--as-of", "2026-01-09")["current"] is None
        assert row(run, "MAP 1.1", "--recorded-by", "2026-05-10")["current"] == "partly"


def test_setting_a_category_sets_each_of_its_subcategories(run, put):
    done = put("MEASURE 1.*", "GOVERN 1.1", "--current", "planned", "--json")

    document = valid(done.json())
    assert [one["ref"] for one in document["rows"]] == [
        "MEASURE 1.1", "MEASURE 1.2", "MEASURE 1.3", "GOVERN 1.1",
    ]  # fmt: skip
    (listed,) = valid(run("profile", "list", "--json").json())["profiles"]
    assert (listed["slug"], listed["rows_set"]) == ("organisation", 4)


def test_the_evidence_of_a_system_s_profile_is_about_it_or_about_none(run, put, evidence):
    for slug in ("triage", "chat"):
        run("system", "add", slug, "--name", slug)
    evidence("MAP 1.1", "--system", "chat")
    general = evidence("MAP 1.1")
    own = evidence("MAP 1.1", "--system", "triage")

    assert row(run, "MAP 1.1", "--system", "triage")["ids"] == [general, own]
    put("MAP 1.1", "--system", "triage", "--current", "achieved")

    assert row(run, "MAP 1.1", "--profile", "triage")["ids"] == [general, own]
    assert row(run, "MAP 1.1")["evidence"] == 3


def test_gaps_come_by_priority_then_size_then_day(run, put):
    put("MAP 1.1", "--current", "none", "--target", "achieved", "--due", "2026-06-01")
    put("MAP 1.2", "--current", "partly", "--target", "achieved", "--priority", "low")
    put("MAP 1.3", "--current", "partly", "--target", "largely", "--priority", "high",
        "--due", "2026-04-30", "--owner", "ben", "--action", "Write it down",
        "--on", "2026-04-20")  # fmt: skip
    put("MAP 1.4", "--current", "none", "--target", "achieved", "--priority", "high")
    put("MAP 1.5", "--current", "none", "--target", "achieved", "--priority", "high",
        "--due", "2026-08-01")  # fmt: skip
    put("MAP 1.6", "--current", "achieved", "--target", "achieved")

    gaps = valid(run("profile", "gaps", "--json").json())["gaps"]

    assert [one["ref"] for one in gaps] == ["MAP 1.5", "MAP 1.4", "MAP 1.3", "MAP 1.2", "MAP 1.1"]
    assert (gaps[2]["days_overdue"], gaps[2]["missing"]) == (4, [])
    assert gaps[3]["missing"] == ["action", "owner", "due"]
    (late,) = [one for one in run("profile", "gaps").rows() if one["ref"] == "MAP 1.3"]
    assert late["remarks"] == "action due 2026-04-30, 4 days overdue"


def test_check_names_what_is_claimed_beyond_proof_or_planned_in_part(run, put, evidence):
    evidence("GOVERN 1.1")
    put("GOVERN 1.1", "--current", "achieved", "--target", "largely")
    put("GOVERN 1.2", "--current", "largely")
    put("GOVERN 1.3", "--target", "partly")
    put("GOVERN 1.4", "--current", "none", "--target", "partly", "--by", "2026-05-01",
        "--action", "Plan it", "--owner", "ben", "--due", "2026-06-01",
        "--on", "2026-04-01")  # fmt: skip
    put("GOVERN 1.5", "--current", "none", "--target", "partly", "--action", "Plan it")
    run("profile", "change", "organisation", "--review-due", "2026-05-03")

    assert rules(run) == {
        ("review-overdue", "PF-2026-0001"), ("no-priority", "PF-2026-0001"),
        ("target-below", "GOVERN 1.1"),
        ("beyond-evidence", "GOVERN 1.2"), ("target-only", "GOVERN 1.3"),
        ("overdue", "GOVERN 1.4"), ("no-plan", "GOVERN 1.5"),
    }  # fmt: skip


def test_check_passes_once_each_is_mended(run, put, evidence):
    evidence("GOVERN 1.1")
    put("GOVERN 1.1", "--current", "achieved", "--target", "largely", "--why", "less is enough")
    put("GOVERN 1.4", "--current", "none", "--target", "partly", "--priority", "high",
        "--action", "Plan it", "--owner", "ben", "--due", "2026-06-01")  # fmt: skip

    done = run("profile", "check")

    assert (done.code, done.out) == (0, "Nothing found on 2026-05-04.\n")
    assert rules(run, "--as-of", "2026-06-02") == {("overdue", "GOVERN 1.4")}


def test_check_without_a_profile_says_so(run):
    assert rules(run) == {("no-profile", None)}


def test_actions_of_generative_ai_are_counted_by_subcategory_and_by_risk(run, put):
    run("profile", "add", "genai", "--kind", "generative-ai", "--title", "Generative AI")
    put("GV-1.2-*", "--profile", "genai", "--current", "achieved")
    put("GV-1.1-001", "--profile", "genai", "--current", "partly")

    document = valid(run("profile", "show", "--profile", "genai", "--json").json())

    counted = document["actions_counted"]
    assert (counted["total"], len(counted["without"]), len(document["actions"])) == (212, 23, 212)
    assert counted["states"]["achieved"] == 2
    assert counted["states"]["not assessed"] == 209
    by = {one["ref"]: one for one in counted["by_subcategory"] + counted["by_risk"]}
    assert len(counted["by_subcategory"]) == 49
    assert (by["GOVERN 1.2"]["total"], by["GOVERN 1.2"]["states"]["achieved"]) == (2, 2)
    assert by["genai:cbrn"]["states"]["achieved"] == 1
    assert by["genai:data-privacy"]["states"]["partly"] == 1
    listed = run("profile", "show", "--profile", "genai", "--actions").rows()
    assert len(listed) == 212


def test_two_profiles_are_compared_row_by_row(run, put):
    run("profile", "add", "hiring", "--title", "Hiring")
    put("MAP 1.1", "MAP 1.2", "--current", "partly")
    put("MAP 1.1", "--profile", "hiring", "--current", "none")
    put("MAP 1.2", "--profile", "hiring", "--current", "partly")

    found = valid(run("profile", "compare", "organisation", "hiring", "--json").json())

    assert found["profiles"] == ["organisation", "hiring"]
    assert [(one["ref"], one["current"]) for one in found["rows"]] == [
        ("MAP 1.1", ["partly", "none"])
    ]


def test_a_workspace_may_have_a_scale_of_its_own(run, put, workspace):
    put("MAP 1.1", "--current", "partly")
    (workspace / "schemas").mkdir(exist_ok=True)
    (workspace / "schemas" / "profile-scale.yaml").write_text(
        "source: our procedure RP-2\nstates:\n"
        "  - {id: open, meaning: nothing is done}\n"
        "  - {id: done, meaning: it is reached, needs_evidence: true}\n"
    )

    put("MAP 1.2", "--current", "done")

    assert rules(run) == {("off-scale", "MAP 1.1"), ("beyond-evidence", "MAP 1.2")}
    assert "our procedure RP-2" in run("profile", "show").err
    done = run("profile", "set", "MAP 1.3", "--current", "achieved")
    assert (done.code, "is not one of open, done" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        ("states: []\n", "'source' is missing"),
        ("source: x\nstates:\n  - {id: a, meaning: b}\n", "states: expected 2 or more, in order"),
        ("source: x\nstates:\n  - {id: a, meaning: b}\n  - {id: A, meaning: c}\n", "stands twice"),
        ("source: x\npriorities:\n  - {id: a}\n  - {id: b, meaning: c}\n", "'meaning' is missing"),
    ],
)
def test_a_scale_that_cannot_be_used_is_refused_with_its_place(run, workspace, scale, said):
    (workspace / "schemas").mkdir(exist_ok=True)
    (workspace / "schemas" / "profile-scale.yaml").write_text(scale)

    done = run("profile", "show")

    assert done.code == 2
    assert "schemas/profile-scale.yaml" in done.err
    assert said in done.err


def test_a_dry_run_makes_no_profile(run):
    done = run("profile", "set", "MAP 1.1", "--current", "none", "--dry-run", "--json")

    assert valid(done.json())["dry_run"] is True
    assert valid(run("profile", "list", "--json").json())["profiles"] == []
    assert "profile set" in run("profile", "list").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "--profile", "organization"], "did you mean 'organisation'?"),
        (["show", "--system", "triage"], "there is no system 'triage'"),
        (
            ["set", "MAP 1.1"],
            "nothing is set: give one of --current, --outcome, --target, --target-outcome, --by, ",
        ),
        (
            ["set", "MAP 1.1", "--due", "2026-05-03", "--target", "largely"],
            "--due: 2026-05-03 is before it was decided, 2026-05-04",
        ),
        (
            ["set", "MAP 1.1", "--target", "largely", "--by", "2020-01-01"],
            "--by: 2020-01-01 is before it was decided, 2026-05-04",
        ),
        (
            ["set", "MAP 1.1", "--current", "none", "--by", "2027-01-01"],
            "--by: MAP 1.1 has no target that could be reached by then: give --target",
        ),
        (
            ["set", "MAP 1.1", "--current", "planned", "--on", "1899-12-31"],
            "--on: 1899-12-31 is before 1900",
        ),
        (["change", "organisation"], "PROFILE: nothing is changed: give one of --title, "),
        (["set", "MAP 1.1", "--clear", "own"], "--clear: 'own' is not one of"),
        (["change", "organisation", "--kind", "system"], "a system's profile stays one"),
        (["export", "--output", "profile.doc"], "'doc' is not one of html, pdf, xlsx, csv, json"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(run, put, words, said):
    put("MAP 1.1", "--current", "none")

    done = run("profile", *words)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_state_that_nothing_proves_is_recorded_and_noted(put, evidence):
    evidence("GOVERN 1.1")

    done = put("GOVERN 1.1", "MAP 1.2", "MAP 1.3", "MAP 1.1", "--current", "achieved")
    planned = put("MAP 2.1", "--current", "partly")

    note = "MAP 1.1, MAP 1.2, MAP 1.3: 'achieved' has no confirmed evidence in force behind it"
    assert done.err == f"note: {note}\n"
    assert done.out.startswith("Set GOVERN 1.1, MAP 1.2, MAP 1.3, MAP 1.1 in profile")
    assert planned.err == ""


def test_the_same_set_again_records_nothing(run, put):
    put("MAP 1.1", "MAP 1.2", "--current", "partly", "--on", "2026-05-01")

    again = put("MAP 1.1", "MAP 1.2", "--current", "partly", "--json")
    other = put("MAP 1.1", "MAP 1.2", "--current", "partly", "--note", "", "--clear", "owner")
    later = put("MAP 1.1", "--current", "partly", "--on", "2026-05-03")

    assert valid(again.json())["rows"] == []
    assert "note: MAP 1.1: the same is recorded already, PR-2026-0001" in again.err
    assert row(run, "MAP 1.2")["note"] == ""
    assert other.out.startswith("Set MAP 1.1, MAP 1.2")
    assert later.out.startswith("Set MAP 1.1 in profile organisation on 2026-05-03")


def test_a_day_long_ago_is_noted_once(put):
    done = put("MAP 1.1", "MAP 1.2", "--current", "none", "--on", "1950-01-01")

    assert done.err == "note: 1950-01-01 is more than ten years ago\n"


def test_a_change_of_the_head_is_an_entry(run, put):
    put("MAP 1.1", "--current", "none")

    done = run("profile", "change", "organisation", "--scope", "Referrals", "--json")

    assert valid(done.json())["scope"] == "Referrals"
    assert run("log", "PF-2026-0001", "--json").json()["entries"][-1]["changed"] == {
        "scope": [None, "Referrals"]
    }


def test_the_document_is_written_as_a_page_a_print_and_data(run, put, workspace, evidence):
    identifier = evidence("MAP 1.1")
    put("MAP 1.1", "--current", "achieved", "--outcome", "Written <down>")
    put("MAP 1.2", "--current", "none", "--target", "achieved", "--due", "2026-05-01",
        "--on", "2026-04-20")  # fmt: skip
    run("profile", "add", "genai", "--kind", "generative-ai")
    for form in ("html", "pdf", "json"):
        done = run("profile", "export", "--output", f"profile.{form}", "--json")
        assert valid(done.json())["bytes"] == (workspace / f"profile.{form}").stat().st_size

    page = (workspace / "profile.html").read_text(encoding="utf-8")
    assert "Written &lt;down&gt;" in page
    assert page.count('<td class="ref">') == 72 + 1
    assert identifier in page
    assert "3 days overdue" in page
    assert (
        "questions paraphrased, see <code>documentation.yaml</code>; NIST AI RMF Playbook" in page
    )
    assert "not prioritised" in page
    assert "NIST prescribes none" in page
    assert '<svg class="figure' in page
    assert "MAP: now 1 none, 1 achieved" in page
    assert "212 suggested actions" in page
    assert (workspace / "profile.pdf").read_bytes().startswith(b"%PDF-")
    valid(json.loads((workspace / "profile.json").read_text(encoding="utf-8")))
    again = run("profile", "export", "--output", "profile.html")
    assert (again.code, "is there already" in again.err) == (1, True)


def test_a_row_says_how_many_of_the_playbook_s_questions_its_evidence_answers(
    run, put, workspace, evidence
):
    evidence("MAP 1.1, MAP 1.2", "--source", "https://example.org/runs/7")
    put("MAP 1.1", "--current", "partly")
    assert run("profile", "export", "--output", "p.json").code == 0
    document = valid(json.loads((workspace / "p.json").read_text(encoding="utf-8")))
    said = {one["ref"]: one["playbook"] for one in document["rows"]}

    # asked of a vv-report: who is responsible, where the data come from, tests, limits;
    # its tag on MAP 1.1 answers what the system is for, the approval who is responsible
    assert (said["MAP 1.1"]["answered"], said["MAP 1.1"]["asked"]) == (2, 5)
    assert [one["id"] for one in said["MAP 1.1"]["unanswered"]] == ["provenance", "tests", "limits"]
    # nothing behind it, and the Playbook's questions that name it
    assert said["MAP 4.1"]["answered"] == 0
    assert {one["id"] for one in said["MAP 4.1"]["unanswered"]} == {"provenance", "third-parties"}
    # neither a question nor evidence: nothing is asked, nothing printed
    assert said["GOVERN 1.1"] == {"asked": 0, "answered": 0, "unanswered": []}
    assert "playbook" not in row(run, "MAP 1.1")

    run("profile", "export", "--output", "p.html")
    page = (workspace / "p.html").read_text(encoding="utf-8")
    assert "Playbook: 2 of 5" in page
    assert "0 of 0" not in page


def test_a_gap_says_which_of_its_days_is_overdue(run, put, workspace):
    put("MAP 1.1", "--current", "none", "--target", "partly", "--due", "2026-06-04",
        "--by", "2026-05-03", "--action", "x", "--owner", "ben", "--on", "2026-05-01")  # fmt: skip

    words = "target by 2026-05-03, 1 day overdue; action due 2026-06-04"
    assert run("profile", "gaps").rows()[0]["remarks"] == words
    assert f"gap overdue: {words}" in run("profile", "check").out
    run("profile", "export", "--output", "p.html")
    page = (workspace / "p.html").read_text(encoding="utf-8")
    assert 'target by <span class="day">2026-05-03</span>, <span class="flag">1 day overdue' in page


def test_what_a_profile_makes_due_is_reminded_of(run, put):
    put("MAP 1.1", "--current", "none", "--target", "partly", "--due", "2026-05-01",
        "--action", "Write it down", "--on", "2026-04-20")  # fmt: skip
    run("profile", "change", "organisation", "--review-due", "2026-05-20")

    found = run("remind", "--json").json()["due"]

    assert [(one["kind"], one["days"], one["overdue"]) for one in found] == [
        ("profile_action", -3, True), ("profile_review", 16, False),
    ]  # fmt: skip
    put("MAP 1.1", "--current", "partly")
    assert [one["kind"] for one in run("remind", "--json").json()["due"]] == ["profile_review"]


def test_the_rows_of_the_sheet_fit_its_columns(run, put, workspace):
    from datetime import date  # noqa: PLC0415

    from govtrack import workspace as workspaces  # noqa: PLC0415
    from govtrack.catalog.loading import catalogue  # noqa: PLC0415
    from govtrack.packs import profile_rows  # noqa: PLC0415
    from govtrack.register.reader import reading  # noqa: PLC0415
    from govtrack.status.profile import paper  # noqa: PLC0415

    run("profile", "add", "genai", "--kind", "generative-ai")
    put("MAP 1.1", "--current", "none", "--target", "partly", "--due", "2026-05-01",
        "--on", "2026-04-20")  # fmt: skip
    put("GV-1.1-001", "MAP 1.1", "--profile", "genai", "--current", "none")
    with reading(workspaces.find(workspace)) as connection:
        found = paper(connection, catalogue(), date(2026, 5, 4))
        rows = list(profile_rows.sheet(found).rows)

    assert {len(one) for one in rows} == {len(profile_rows.COLUMNS)}
    assert [one[:2] for one in rows[72:]] == [("genai", "MAP 1.1"), ("genai", "GV-1.1-001")]
    named = dict(zip((name for name, _ in profile_rows.COLUMNS), rows[19], strict=True))
    assert (named["reference"], named["days overdue"]) == ("MAP 1.1", 3)


def test_a_profile_that_is_not_there_is_refused_with_those_that_are(run):
    empty = run("profile", "gaps", "--profile", "nope")
    run("profile", "set", "MAP 1.1", "--current", "partly")
    one = run("profile", "gaps", "--profile", "nope")

    assert (empty.code, one.code) == (2, 2)
    assert "--profile: there is no profile 'nope': none is recorded yet" in empty.err
    assert "--profile: there is no profile 'nope': expected one of organisation" in one.err


def test_a_target_carried_over_may_be_given_its_day(run, put):
    put("MAP 1.1", "--current", "none", "--target", "partly")
    put("MAP 1.1", "--by", "2027-01-01")

    assert row(run, "MAP 1.1")["target_by"] == "2027-01-01"


def test_a_target_below_the_current_state_is_noted_as_it_is_set(run):
    first = run("profile", "set", "MAP 1.1", "--current", "largely", "--target", "partly")
    lowered = run("profile", "set", "MAP 1.1", "--target", "none", "--json")
    meant = run("profile", "set", "MAP 1.1", "--target", "none", "--why", "enough", "--json")

    words = "is below current 'largely', without a why"
    assert f"MAP 1.1: target 'partly' {words}" in first.err
    assert lowered.json()["notes"] == [f"MAP 1.1: target 'none' {words}"]
    assert meant.json()["notes"] == []

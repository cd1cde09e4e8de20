"""`govtrack impact`: assessments recorded, read as of any day, checked."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from govtrack import shipped
from govtrack import workspace as workspaces
from govtrack.aims import risks
from govtrack.aims.risk_fields import RiskFields
from govtrack.catalog.loading import catalogue
from govtrack.register.recording import recording

WHOLE = """\
system: triage
assessed_on: 2026-03-02
assessed_by: ben
why: initial
result: Acceptable with the measures named
consulted:
  - {who: Patients, how: two interviews}
  - {who: Ward nurses}
effects:
  - level: individuals
    kind: harm
    what: An urgent referral is seen too late
    severity: severe
    likelihood: unlikely
    reversibility: irreversible
    measure: A nurse reads every referral
  - {level: groups, kind: benefit, what: Shorter waits, severity: moderate, likelihood: likely}
  - {level: communities, kind: benefit, what: Beds free, severity: slight, likelihood: possible}
  - {level: organisations, kind: benefit, what: Fewer calls, severity: slight, likelihood: likely}
  - {level: society, kind: none, what: Used in one district only}
"""
AS_RISK = "treated as risk (ISO/IEC 42001 6.1.2)"


@pytest.fixture(autouse=True)
def _today():
    with freeze_time("2026-01-05T12:00:00Z"):
        yield


@pytest.fixture
def triage(run, workspace):
    done = run("system", "add", "triage", "--name", "Referral triage", "--role", "provider",
               "--role", "user", "--purpose", "Proposes an urgency", "--model", "tri 2.0",
               "--in-scope-from", "2026-01-02", "--stage", "verify-and-validate")  # fmt: skip
    assert done.code == 0, done.err
    return workspace


@pytest.fixture
def assessed(run, triage):
    (triage / "triage.yaml").write_text(WHOLE)
    with freeze_time("2026-03-02T12:00:00Z"):
        done = run("impact", "add", "--from", "triage.yaml")
    assert done.code == 0, done.err
    return done


def on(day):
    return freeze_time(f"{day}T12:00:00Z")


def valid(document):
    folder = shipped.folder("schemas")
    found = {
        name: json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("impact", "impacts", "impact-check")
    }
    registry = Registry().with_resources(
        (one["$id"], Resource.from_contents(one)) for one in found.values()
    )
    schema = found[document["format"].removeprefix("govtrack.").removesuffix("/1")]
    Draft202012Validator(schema, registry=registry).validate(document)
    return document


def codes(run, *more):
    return [
        one["code"] for one in valid(run("impact", "check", *more, "--json").json())["findings"]
    ]


def approved_evidence(run, folder, approved="2026-03-03"):
    (folder / "report.txt").write_text("What was assessed.")
    done = run("add-evidence", "report.txt", "--kind", "impact-assessment", "--system", "triage",
               "--prepared-by", "ben", "--prepared-on", "2026-03-02", "--json")  # fmt: skip
    assert done.code == 0, done.err
    identifier = done.json()["id"]
    if approved:
        done = run("evidence", "approve", identifier, "--by", "eva", "--on", approved)
        assert done.code == 0, done.err
    return identifier


def risk(folder):
    said = RiskFields(
        title="Late patient", system="triage", cause="Drift", event="Urgency too low",
        consequence="Seen too late", affected=("individuals",),
    )  # fmt: skip
    with recording(workspaces.find(folder), "ada@example.org") as recorded:
        return risks.add(recorded, said, catalogue())


def test_a_whole_assessment_comes_from_one_file(assessed):
    assert assessed.out.splitlines()[0] == (
        "Recorded IA-2026-0001 of SYS-2026-0001: 3 benefits, 1 harm; next review 2027-03-02"
    )
    assert "AI RMF levels: individuals, groups, communities, organisations, society" in assessed.out
    assert "ISO/IEC 42001 levels: individuals, groups, societies" in assessed.out
    assert AS_RISK in assessed.out


@pytest.mark.usefixtures("assessed")
def test_both_frameworks_levels_are_shown_and_only_one_is_kept(run):
    shown = valid(run("impact", "show", "ia-2026-1", "--as-of", "2026-03-02", "--json").json())

    assert [(one["level"], one["iso_level"]) for one in shown["effects"]] == [
        ("individuals", "individuals"),
        ("groups", "groups"),
        ("communities", "groups"),
        ("organisations", None),
        ("society", "societies"),
    ]
    assert shown["iso_levels"] == ["individuals", "groups", "societies"]
    assert AS_RISK in shown["iso_note"]
    assert shown["roles"] == ["provider", "user"]
    kept = run("log", "IA-2026-0001", "--json").out
    assert "societies" not in kept


@pytest.mark.usefixtures("assessed")
def test_show_says_it_in_the_words_of_both(run):
    with on("2026-03-02"):
        said = run("impact", "show", "IA-2026-0001").out

    assert (
        "AI system impact assessment (AI RMF: impact characterisation) of Referral triage" in said
    )
    assert "4\torganisations\t(risk, 6.1.2)\tbenefit\tFewer calls" in said
    assert AS_RISK in said
    assert "Consulted: Patients: two interviews; Ward nurses" in said
    assert "Risks: none recorded" in said


@pytest.mark.usefixtures("triage")
def test_an_assessment_grows_by_commands_until_it_is_approved(run, triage):
    with on("2026-03-10"):
        run("impact", "add", "triage", "--on", "2026-03-02", "--by", "ben", "--why", "initial")
        run("impact", "effect", "IA-2026-0001", "--level", "individuals", "--kind", "harm",
            "--what", "Seen late", "--severity", "severe", "--likelihood", "rare",
            "--reversibility", "partly reversible")  # fmt: skip
        run("impact", "effect", "IA-2026-0001", "--number", "1", "--measure", "A second reader")
        run("impact", "link", "IA-2026-0001", "--consulted", "Patients: survey", "--risk",
            risk(triage))  # fmt: skip
        done = run("impact", "approve", "IA-2026-0001", "--by", "eva", "--json")
        refused = run("impact", "effect", "IA-2026-0001", "--number", "1", "--measure", "Other")

    shown = valid(done.json())
    (effect,) = shown["effects"]
    assert effect["measure"] == "A second reader"
    assert effect["reversibility"] == "partly reversible"
    assert shown["consulted"] == [{"who": "Patients", "how": "survey"}]
    assert [one["id"] for one in shown["risks"]] == ["R-2026-0001"]
    assert shown["approved_on"] == "2026-03-10"
    assert (refused.code, "belongs to a new assessment" in refused.err) == (2, True)


@pytest.mark.usefixtures("triage")
def test_every_problem_of_a_file_is_told_with_its_line(run, triage):
    text = WHOLE.replace("severity: severe", "severity: sever").replace("2026-03-02", "2.3.2026")
    text = text.replace("likelihood: possible", "liklihood: possible").replace("triage", "tirage")
    (triage / "wrong.yaml").write_text(text + "risks: [R-2026-0007]\nextra: 1\n")

    with on("2026-03-02"):
        done = run("impact", "add", "--from", "wrong.yaml")
        listed = run("impact", "list", "--json").json()

    assert done.code == 2
    lines = [line for line in done.err.splitlines() if line.startswith("govtrack: ")]
    assert sorted(line.partition(": ")[2].partition(": ")[0] for line in lines) == [
        "wrong.yaml:1, system",
        "wrong.yaml:13, effects[1].severity",
        "wrong.yaml:18, effects[3].likelihood",
        "wrong.yaml:18, effects[3].liklihood",
        "wrong.yaml:2, assessed_on",
        "wrong.yaml:21, risks[1]",
        "wrong.yaml:22, extra",
    ]
    assert "did you mean 'severe'?" in done.err
    assert listed["impacts"] == []


@pytest.mark.usefixtures("triage")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- one\n", "expected a mapping"),
        ("", "expected a mapping"),
        ("system: [", "x.yaml:2: not valid YAML"),
        ("system: triage\n", "assessed_by: is missing"),
        ("system: triage\neffects: none\n", "effects: expected a list of mappings"),
        ("system: triage\nconsulted: [Patients]\n", "consulted: expected a list of mappings"),
    ],
)
def test_what_is_no_assessment_is_refused(run, triage, text, words):
    (triage / "x.yaml").write_text(text)

    done = run("impact", "add", "--from", "x.yaml")

    assert done.code == 2
    assert words in done.err


@pytest.mark.usefixtures("triage")
def test_a_file_and_options_are_not_mixed(run):
    done = run("impact", "add", "triage", "--from", "-", "--on", "2026-01-02", stdin=WHOLE)

    assert done.code == 2
    assert "SYSTEM: is said in the file, or here" in done.err
    assert "--on: is said in the file, or here" in done.err


@pytest.mark.usefixtures("triage")
def test_standard_input_is_a_file_too_and_a_dry_run_records_nothing(run):
    with on("2026-03-02"):
        done = run("impact", "add", "--from", "-", "--dry-run", "--json", stdin=WHOLE)
        listed = valid(run("impact", "list", "--json").json())

    assert valid(done.json())["dry_run"] is True
    assert listed["impacts"] == []


@pytest.mark.usefixtures("triage")
def test_a_system_in_scope_without_one_is_found_and_more_so_in_use(run):
    with on("2026-02-01"):
        assert codes(run) == ["not-assessed"]
        run("system", "set", "triage", "--stage", "operation-and-monitoring")
        assert codes(run) == ["in-use-not-assessed"]
        assert codes(run, "--as-of", "2026-01-31") == ["not-assessed"]
        assert codes(run, "--as-of", "2026-01-01") == []
        listed = run("impact", "list")

    assert "govtrack impact add" not in listed.out
    assert "no assessment: triage" in listed.err


@pytest.mark.usefixtures("assessed")
def test_what_an_assessment_lacks_is_named_and_mended_by_the_command_said(run, triage):
    with on("2026-03-05"):
        lacking = run("impact", "check")
        assert lacking.code == 1
        assert codes(run) == ["harm-without-risk", "not-approved", "no-evidence"]
        draft = approved_evidence(run, triage, approved=None)
        run("impact", "link", "IA-2026-0001", "--risk", risk(triage), "--evidence", draft)
        assert codes(run) == ["not-approved", "evidence-not-in-force"]
        run("evidence", "approve", draft, "--by", "eva", "--on", "2026-03-04")
        run("impact", "approve", "IA-2026-0001", "--by", "eva", "--on", "2026-03-05")
        done = run("impact", "check")

    assert (done.code, done.out) == (
        0,
        "Nothing found on 2026-03-05: 1 system in scope or in use.\n",
    )
    (row, *_) = lacking.rows()
    assert row["mend with"] == "govtrack impact link IA-2026-0001 --risk R"
    assert "harm 1 (individuals) is severe and irreversible" in row["what"]
    with on("2026-03-06"):
        assert codes(run, "--as-of", "2026-03-04") == ["harm-without-risk", "not-approved"]


@pytest.mark.usefixtures("triage")
def test_levels_measures_consultation_and_own_approval_are_asked_for(run):
    with on("2026-03-02"):
        run("impact", "add", "triage", "--on", "2026-03-02", "--by", "ben", "--approved-by", "Ben",
            "--approved-on", "2026-03-02")  # fmt: skip
        found = valid(run("impact", "check", "--json").json())["findings"]
    first = found[0]

    assert [one["code"] for one in found] == [
        "levels-not-considered",
        "nobody-consulted",
        "own-approval",
        "no-evidence",
    ]
    assert first["words"] == (
        "not considered: individuals, groups, communities, organisations, society; "
        "say for each that there is none, or benefit/harm with its words"
    )
    assert first["mend"] == "govtrack impact add triage --on DATE --by WHO --why planned"


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--model", "tri 2.1", "changed-model"),
        ("--purpose", "Decides the urgency", "changed-purpose"),
        ("--role", "user", "changed-roles"),
    ],
)
@pytest.mark.usefixtures("assessed")
def test_a_change_of_what_was_assessed_makes_a_new_one_due(run, option, value, code):
    with on("2026-04-10"):
        run("system", "set", "triage", option, value)
        before = codes(run, "--as-of", "2026-04-09")
        after = codes(run)
        (due,) = run("remind", "--json").json()["due"]
        (late,) = run("remind", "--as-of", "2026-04-11", "--json").json()["due"]
        run("impact", "add", "triage", "--on", "2026-04-10", "--by", "ben")
        settled = codes(run)

    assert code not in before
    assert code in after
    assert (due["kind"], due["date"], due["overdue"]) == ("impact_review", "2026-04-10", False)
    assert (late["date"], late["days"], late["overdue"]) == ("2026-04-10", -1, True)
    assert due["settle"].startswith("govtrack impact add triage --on DATE --by WHO --why ")
    assert code not in settled


@pytest.mark.usefixtures("assessed")
def test_the_review_is_reminded_of_and_overdue_after_its_day(run):
    with on("2027-01-10"):
        (due,) = run("remind", "--json").json()["due"]
    with on("2027-03-02"):
        assert "review-overdue" not in codes(run)
    with on("2027-03-03"):
        assert "review-overdue" in codes(run)
        (late,) = run("remind", "--json").json()["due"]
    with on("2026-06-01"):
        assert run("remind", "--json").json()["due"] == []

    assert (due["date"], due["days"], due["overdue"]) == ("2027-03-02", 51, False)
    assert (late["days"], late["overdue"]) == (-1, True)


@pytest.mark.usefixtures("assessed")
def test_a_system_out_of_scope_or_retired_needs_none(run):
    with on("2026-04-01"):
        run("system", "set", "triage", "--model", "tri 3", "--stage", "retirement")
        assert codes(run) == ["harm-without-risk", "not-approved", "no-evidence"]
        run("system", "set", "triage", "--in-scope-to", "2026-03-31")
        assert codes(run) == []


@pytest.mark.usefixtures("assessed")
def test_the_latest_by_its_day_holds_however_late_it_was_recorded(run):
    with on("2026-05-01"):
        drafts = run("impact", "list").rows()
        run("impact", "approve", "IA-2026-0001", "--by", "eva")
        run("impact", "add", "triage", "--on", "2026-02-01", "--by", "ben")
        rows = run("impact", "list").rows()
        before = valid(run("impact", "list", "--as-of", "2026-02-15", "--json").json())
        known = valid(run("impact", "list", "--recorded-by", "2026-04-01", "--json").json())

    assert [row["holds"] for row in drafts] == [""]
    assert [(row["id"], row["holds"]) for row in rows] == [
        ("IA-2026-0001", "yes"),
        ("IA-2026-0002", ""),
    ]
    assert [one["id"] for one in before["impacts"]] == ["IA-2026-0002"]
    assert before["impacts"][0]["recorded_days_late"] == 89
    assert [one["id"] for one in known["impacts"]] == ["IA-2026-0001"]


@pytest.mark.usefixtures("assessed")
def test_an_assessment_recorded_late_says_what_the_system_was_then(run):
    with on("2026-05-01"):
        run("system", "set", "triage", "--model", "tri 3")
        done = run("impact", "add", "triage", "--on", "2026-04-01", "--by", "ben")
        told = run(
            "impact", "add", "triage", "--on", "2026-04-02", "--by", "ben", "--model", "tri 2.0"
        )

    assert "said model 'tri 2.0', now it says 'tri 3': say --model" in done.err
    assert "note:" not in told.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "IA-2026-0009"], "there is no IA-2026-0009"),
        (
            ["show", "IA-2026-0001", "--as-of", "2026-03-01"],
            "IA-2026-0001 was made after 2026-03-01",
        ),
        (["list", "--system", "tirage"], "there is no system 'tirage'"),
        (["effect", "IA-2026-0001", "--number", "9", "--measure", "x"], "has no effect 9"),
        (["effect", "IA-2026-0001", "--number", "5", "--measure", "x"], "meets no effect"),
        (["effect", "IA-2026-0001", "--number", "1", "--what", "x"], "goes with --measure alone"),
        (["effect", "IA-2026-0001", "--number", "1"], "--measure: is missing"),
        (["effect", "IA-2026-0001"], "--level: is missing"),
        (["link", "IA-2026-0001", "--consulted", "patients"], "'patients' is named twice"),
        (["link", "IA-2026-0001"], "say what to link"),
        (["add", "triage"], "--by: is missing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("assessed")
def test_what_cannot_be_is_refused_in_a_sentence(run, arguments, words):
    with on("2026-03-05"):
        done = run("impact", *arguments)

    assert (done.code, done.out) == (2, "")
    assert words in done.err


@pytest.mark.usefixtures("workspace")
def test_without_systems_and_assessments_the_command_that_adds_one_is_said(run):
    done = run("impact", "list")

    assert "govtrack impact add SYSTEM" in done.out
    assert valid(run("impact", "list", "--json").json())["systems"] == []


def test_it_runs_by_itself_as_a_program(spawn, triage):
    (triage / "triage.yaml").write_text(WHOLE.replace("2026-03-02", "2026-01-03"))

    done = spawn("impact", "add", "--from", "triage.yaml", cwd=triage)
    shown = spawn("impact", "show", "IA-2026-0001", "--json", cwd=triage)

    assert done.code == 0, done.err
    assert valid(shown.json())["assessed_by"] == "ben"


@pytest.mark.usefixtures("assessed")
def test_a_workspace_may_have_its_own_scales(run, triage):
    (triage / "schemas").mkdir()
    (triage / "schemas" / "impact-scales.yaml").write_text(
        "source: Method 3.1\nseverity:\n  - {id: low, meaning: x}\n"
        "  - {id: high, meaning: y, needs_risk: true}\n"
    )
    with on("2026-03-03"):
        done = run("impact", "effect", "IA-2026-0001", "--level", "groups", "--kind", "harm",
                   "--what", "Unequal", "--severity", "severe", "--likelihood", "rare",
                   "--reversibility", "reversible")  # fmt: skip
        run("impact", "effect", "IA-2026-0001", "--level", "groups", "--kind", "harm", "--what",
            "Unequal", "--severity", "high", "--likelihood", "rare", "--reversibility",
            "reversible", "--measure", "Audit")  # fmt: skip
        found = run("impact", "check", "--json").json()["findings"]

    assert "'severe' is not one of low, high" in done.err
    assert any("harm 6 (groups) is high" in one["words"] for one in found)


@pytest.mark.usefixtures("assessed")
def test_a_draft_does_not_settle_a_change_until_it_is_approved(run):
    with on("2026-03-03"):
        run("impact", "approve", "IA-2026-0001", "--by", "eva")
    with on("2026-04-10"):
        run("system", "set", "triage", "--model", "tri 2.1")
        run("impact", "add", "triage", "--on", "2026-04-10", "--by", "ben", "--why", "model")
        run("impact", "effect", "IA-2026-0002", "--level", "society", "--kind", "none", "--what",
            "One district only")  # fmt: skip
        found = valid(run("impact", "check", "--json").json())["findings"]
        (listed,) = valid(run("impact", "list", "--json").json())["systems"]
        (due,) = run("remind", "--json").json()["due"]
        run("impact", "approve", "IA-2026-0002", "--by", "eva")
        approved, before = codes(run), codes(run, "--as-of", "2026-04-09")

    (changed,) = [one for one in found if one["code"] == "changed-model"]
    assert (changed["about"], changed["mend"]) == (
        "IA-2026-0001",
        "govtrack impact approve IA-2026-0002 --by WHO --on DATE",
    )
    assert changed["words"] == (
        "IA-2026-0001 was made for model 'tri 2.0'; since 2026-04-10 it is 'tri 2.1'; "
        "IA-2026-0002, made for that, is not approved"
    )
    assert "not-approved" in {one["code"] for one in found}
    assert (due["kind"], due["settle"]) == ("impact_review", changed["mend"])
    assert [one["code"] for one in listed["due"] if one["overdue"]] == ["model"]
    assert "changed-model" not in approved + before
    assert (listed["latest"], listed["holds"]) == ("IA-2026-0002", "IA-2026-0001")


@pytest.mark.usefixtures("triage")
def test_an_assessment_ahead_of_the_system_s_record_asks_for_the_record(run):
    with on("2026-03-02"):
        run("impact", "add", "triage", "--on", "2026-03-02", "--by", "ben", "--model", "tri 3")
        found = run("impact", "check", "--json").json()["findings"]
        run("system", "set", "triage", "--model", "tri 3")
        after = codes(run)

    (changed,) = [one for one in found if one["code"] == "changed-model"]
    assert (
        changed["words"]
        == "IA-2026-0001 was made for model 'tri 3'; the system's record says 'tri 2.0'"
    )
    assert changed["mend"] == "govtrack system set triage --model TEXT"
    assert "changed-model" not in after


@pytest.mark.usefixtures("assessed")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("govtrack impact show ", "IA-2026-0001"),
        ("govtrack impact effect IA-2026-0001 --kind ", "harm"),
        ("govtrack impact effect IA-2026-0001 --level comm", "communities"),
        ("govtrack impact effect IA-2026-0001 --reversibility irr", "irreversible"),
        ("govtrack impact add triage --why inc", "incident"),
    ],
)
def test_a_shell_is_offered_ids_and_words(run, monkeypatch, line, offered):
    monkeypatch.setenv("_GOVTRACK_COMPLETE", "fish_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", line.split(" ")[-1])

    answer = run().out

    assert f"plain,{offered}" in answer
    assert "impact-assessment" not in answer


@pytest.mark.usefixtures("assessed")
def test_whom_somebody_consulted_without_saying_how_is_noted(run):
    with on("2026-04-10"):
        told = run("impact", "add", "triage", "--on", "2026-04-10", "--by", "ben",
                   "--consulted", "Nurses: survey")  # fmt: skip
        added = run("impact", "add", "triage", "--on", "2026-04-10", "--by", "ben",
                    "--consulted", "Patients", "--consulted", "Nurses: survey")  # fmt: skip
        linked = run("impact", "link", "IA-2026-0003", "--consulted", "Clerks:")

    note = "how they were consulted is not said, as in 'WHO: HOW'"
    assert (told.code, note in told.err) == (0, False)
    assert (added.code, f"note: 'Patients': {note}" in added.err) == (0, True)
    assert (linked.code, f"note: 'Clerks': {note}" in linked.err) == (0, True)

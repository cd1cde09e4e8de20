"""The Statement of Applicability as it is read: on a day, for a system, by version, and tested."""

from __future__ import annotations

from datetime import date

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from govtrack import workspace as workspaces
from govtrack.aims import risks
from govtrack.aims.risks import RiskFields, TreatmentFields
from govtrack.catalog.loading import catalogue
from govtrack.cycle.knobs import Knobs
from govtrack.packs import soa_rows
from govtrack.register.reader import reading
from govtrack.register.recording import recording
from govtrack.register.tables.applicability import ApplicabilityDecision
from govtrack.status import soa, soa_check, soa_diff
from govtrack.status.reminders import reminders
from govtrack.status.soa import Decision

TODAY = date(2026, 5, 4)
CONTROL = "A.6.2.4"
OTHERS = [
    one.ref
    for one in catalogue().leaves("iso")
    if one.level == "control" and one.ref != CONTROL
]  # fmt: skip


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def done(run):
    """`done("soa", "set", ...)`: a command that must succeed."""

    def succeeded(*arguments):
        result = run(*arguments)
        assert result.code == 0, result.err
        return result

    return succeeded


@pytest.fixture
def evidence(done, workspace):
    """`evidence(kind, ...)`: approved evidence for A.6.2.4; gives its id."""

    def recorded(kind, day="2026-01-10", *more, approved=True):
        name = f"{kind}-{day}-{len(list(workspace.glob('*.txt')))}.txt"
        (workspace / name).write_text(name)
        told = done("add-evidence", name, "--kind", kind, "--supports", CONTROL,
                    "--prepared-by", "ben", "--prepared-on", day, *more, "--json")  # fmt: skip
        identifier = told.json()["id"]
        if approved:
            done("evidence", "approve", identifier, "--by", "eva", "--on", day)
        return identifier

    return recorded


@pytest.fixture
def changed(workspace):
    """`changed(work)`: do something inside a recording; gives what it gives."""

    def within(work):
        with recording(workspaces.find(workspace), "ada@example.org") as recorded:
            return work(recorded)

    return within


@pytest.fixture
def risk(changed):
    """A risk that A.6.2.4 modifies since 5 January; gives its id."""

    def made(recorded):
        said = RiskFields(title="Invented answers", cause="no retrieval", event="it is made up",
                          consequence="a person is misled",
                          identified_on=date(2026, 1, 2))  # fmt: skip
        identifier = risks.add(recorded, said, catalogue())
        treated = TreatmentFields(option="modify", what="Verify", controls=(CONTROL,),
                                  decided_on=date(2026, 1, 5))  # fmt: skip
        return risks.treat(recorded, identifier, treated, catalogue())

    return changed(made)


@pytest.fixture
def sound(done, evidence, risk):
    """A statement in which no test finds anything; gives the id of the risk."""
    evidence("vv-report")
    evidence("system-documentation")
    done("soa", "set", *OTHERS, "--excluded", "--why", "Our one system gives no cause for it",
         "--on", "2026-01-05")  # fmt: skip
    done("soa", "set", CONTROL, "--applicable", "--why", "Releases are gated by its results",
         "--because", f"risk:{risk}", "--status", "implemented", "--owner", "eva",
         "--on", "2026-01-11")  # fmt: skip
    done("soa", "approve", "--by", "eva", "--on", "2026-01-12", "--scope", "AIMS 1")
    return risk


@pytest.fixture
def statement(workspace):
    def asked(day=TODAY, **more):
        with reading(workspaces.find(workspace)) as connection:
            return soa.statement(connection, catalogue(), day, **more)

    return asked


@pytest.fixture
def found(workspace):
    """`found(day)`: the findings by their codes."""

    def asked(day=TODAY):
        with reading(workspaces.find(workspace)) as connection:
            tests = soa_check.tests(connection, catalogue(), day)
        return {one.code: list(one.findings) for one in tests if one.findings}

    return asked


def row(statement, control=CONTROL):
    return next(one for one in statement.controls if one.control == control)


def test_nothing_defaults_to_applicable(statement):
    shown = statement()

    assert [one.control for one in shown.controls] == [
        one.ref for one in catalogue().leaves("iso") if one.level == "control"
    ]
    assert {one.standing for one in shown.controls} == {"not decided"}
    assert shown.counts.line() == (
        "38 reference controls: 0 applicable, 0 excluded, 38 not decided; 0 additional"
    )


@pytest.mark.usefixtures("sound")
def test_what_stands_behind_a_control_is_shown_beside_it(statement, risk):
    shown = row(statement())

    assert shown.evidence == (
        (shown.evidence.ids),
        2,
        "2026-01-10",
        ("system-documentation", "vv-report"),
        ((), ()),
    )
    assert [one.id for one in shown.risks] == [risk]
    assert {(one.source, one.named) for one in shown.inputs} == {
        ("microsoft", CONTROL), ("article", CONTROL),
    }  # fmt: skip
    assert all(one.refs for one in shown.inputs)


@pytest.mark.usefixtures("sound")
def test_what_was_later_is_not_there_on_an_earlier_day(statement):
    before = statement(date(2026, 1, 10))

    assert before.counts[1:4] == (0, 37, 1)
    assert before.latest is None
    assert row(before).evidence.total == 2
    assert row(statement(date(2026, 1, 9))).evidence.total == 0


@pytest.mark.usefixtures("sound")
def test_a_system_has_its_own_decision_or_that_of_the_aims(done, statement, evidence):
    for slug in ("chat", "triage"):
        done("system", "add", slug, "--name", slug)
    evidence("vv-report", "2026-02-01", "--system", "chat")
    done("soa", "set", CONTROL, "--system", "chat", "--status", "partial", "--due", "2026-09-30")

    chat, triage, aims = (
        row(statement(system=one)) for one in ("SYS-2026-0001", "SYS-2026-0002", None)
    )

    assert (chat.decision.status, chat.decision.slug) == ("partial", "chat")
    assert (triage.decision.status, triage.decision.slug) == ("implemented", None)
    assert (chat.evidence.total, triage.evidence.total, aims.evidence.total) == (3, 2, 3)
    assert [(one.decision.slug, one.evidence.total) for one in aims.differences] == [("chat", 3)]
    assert triage.differences == ()


@pytest.mark.usefixtures("sound")
def test_a_version_stays_as_it_was_frozen(done, statement):
    done("soa", "set", CONTROL, "--owner", "ben")
    done("soa", "add", "ORG-1", "--title", "Review", "--source", "Contract")

    first, now = statement(version=1), statement()

    assert (row(first).decision.owner, row(now).decision.owner) == ("eva", "ben")
    assert (first.counts.additional, now.counts.additional) == (0, 1)
    assert (first.version.scope, now.version, now.latest.version) == ("AIMS 1", None, 1)


def test_evidence_named_in_how_counts_for_a_control_of_one_s_own(done, evidence, statement):
    identifier = evidence("vv-report")
    done("soa", "add", "ORG-1", "--title", "Review", "--source", "Contract")
    done("soa", "set", "ORG-1", "--applicable", "--why", "Contract", "--how",
         f"See {identifier.lower()}")  # fmt: skip

    own = row(statement(), "ORG-1")

    assert own.additional
    assert own.evidence.ids == (identifier,)


@pytest.mark.usefixtures("sound")
def test_a_sound_statement_passes_every_test(run, found):
    assert found() == {}
    assert run("soa", "check").code == 0


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("thin-reason", (CONTROL, "--why", "It is listed in Annex A of the standard")),
        ("thin-reason", ("A.10.3", "--why", "no suppliers")),
        ("thin-reason", ("A.10.3", "--why", "Not applicable to us")),
        ("no-owner", ("A.10.3", "--applicable", "--why", "We buy models now", "--because",
                      "contract:C-1", "--status", "partial", "--due", "2026-09-30")),
        ("no-status", ("A.10.3", "--applicable", "--why", "We buy models now", "--because",
                       "contract:C-1", "--owner", "eva", "--due", "2026-09-30")),
        ("no-evidence", ("A.10.3", "--applicable", "--why", "We buy models now", "--because",
                         "contract:C-1", "--owner", "eva", "--status", "partial")),
        ("no-ground", ("A.10.3", "--applicable", "--why", "We buy models now", "--owner", "eva",
                       "--status", "partial", "--due", "2026-09-30")),
        ("beyond-evidence", ("A.10.3", "--applicable", "--why", "We buy models now", "--because",
                             "contract:C-1", "--owner", "eva", "--status", "implemented")),
        ("overdue", (CONTROL, "--status", "planned", "--due", "2026-05-03", "--on", "2026-05-01")),
        ("reason-lapsed", ("A.10.3", "--because", "decision:AD-2026-0099")),
        ("reason-lapsed", ("A.10.3", "--because", "contract:EV-2026-0099")),
        ("treated-by-excluded", (CONTROL, "--excluded", "--why", "We no longer release")),
    ],
)  # fmt: skip
def test_a_decision_that_an_auditor_would_question_is_found(done, found, code, arguments):
    done("soa", "set", *arguments)
    done("soa", "approve", "--by", "eva", "--note", "Reviewed")

    findings = found()

    assert list(findings) == [code]
    (finding,) = findings[code]
    assert finding.about == arguments[0]
    assert finding.mend.startswith("govtrack soa set " + arguments[0])


@pytest.fixture
def systems(done):
    for slug in ("chat", "triage", "draft"):
        done("system", "add", slug, "--name", slug)
    done("system", "add", "old", "--name", "old", "--in-scope-to", "2026-04-30")


@pytest.mark.usefixtures("systems")
@pytest.mark.parametrize(
    ("more", "without"),
    [
        ((), "triage, draft"),
        (("--system", "draft"), "triage"),
        (("--system", "draft", "--system", "triage"), None),
        (None, None),
    ],
)
def test_what_is_shown_for_some_systems_only_is_found(done, evidence, found, more, without):
    about_chat = ("--system", "chat")
    for kind in ("vv-report", "system-documentation"):
        evidence(kind, "2026-01-10", *about_chat, *(more or ()))
    if more is None:
        evidence("vv-report")
    done("soa", "set", CONTROL, "--applicable", "--why", "Releases are gated", "--status",
         "implemented")  # fmt: skip

    findings = found().get("evidence-of-some-systems", [])

    assert [(one.about, one.system) for one in findings] == [(CONTROL, None)] * bool(without)
    if without:
        slugs = without.split(", ")
        assert f"is about {without}: all of it is about chat" in findings[0].words
        assert findings[0].mend.endswith("".join(f" --system {slug}" for slug in slugs))


@pytest.mark.usefixtures("systems")
def test_a_system_with_a_decision_of_its_own_is_not_among_those_without(done, evidence, found):
    identifier = evidence("vv-report", "2026-01-10", "--system", "chat")
    done("soa", "add", "ORG-1", "--title", "Review", "--source", "Contract")
    done("soa", "set", "ORG-1", "--applicable", "--why", "Contract 1", "--status", "implemented",
         "--how", f"See {identifier}")  # fmt: skip
    done("soa", "set", "ORG-1", "--system", "draft", "--status", "partial", "--due", "2026-09-30",
         "--how", "Being built")  # fmt: skip

    (finding,) = found()["evidence-of-some-systems"]

    assert "is about triage: all of it is about chat" in finding.words
    assert finding.mend == "govtrack soa set ORG-1 --how TEXT"


@pytest.mark.usefixtures("systems")
def test_the_systems_that_evidence_is_about_stand_beside_it(done, evidence, statement, run):
    of_chat = evidence("vv-report", "2026-01-10", "--system", "chat", "--system", "triage")
    of_none = evidence("vv-report", "2026-02-10")
    done("soa", "add", "ORG-1", "--title", "Review", "--source", "Contract")
    for ref in (CONTROL, "ORG-1"):
        done("soa", "set", ref, "--applicable", "--why", "Gated", "--how", f"See {of_chat}")

    proof = row(statement()).evidence
    shown = run("soa", "show", "--control", CONTROL).out
    document = run("soa", "show", "--control", CONTROL, "--json").json()

    assert proof.line() == f"{of_none}, {of_chat} (chat, triage)"
    assert f"evidence       {proof.line()}, the newest of 2026-02-10" in shown
    assert document["controls"][0]["evidence"]["systems"] == [[], ["chat", "triage"]]
    # what the AIMS names is nothing for a system that it is not about
    by_system = [row(statement(system=f"SYS-2026-000{n}"), "ORG-1").evidence.ids for n in (1, 3)]
    assert by_system == [(of_chat,), ()]


def test_an_excluded_system_shows_the_risks_of_its_own_alone(done, risk, statement):
    done("system", "add", "chat", "--name", "Chat")
    done("soa", "set", CONTROL, "--applicable", "--why", "Releases are gated")
    done("soa", "set", CONTROL, "--system", "chat", "--excluded", "--why", "It is never released")

    (before,) = row(statement()).differences
    of_chat = done("risk", "add", "--system", "chat", "--title", "Drift", "--cause", "c", "--event",
                   "e", "--consequence", "q", "--json").json()["id"]  # fmt: skip
    done("risk", "treat", of_chat, "--option", "modify", "--what", "Look", "--control", CONTROL)
    (after,) = row(statement()).differences

    rows = [one for one in soa_rows.sheet(statement()).rows if one[0] == CONTROL]
    assert (before.risks, [one.id for one in after.risks]) == ((), [of_chat])
    assert [one[12] for one in rows] == [f"{risk} {of_chat}", of_chat]


def test_what_is_past_its_day_is_marked_in_its_row(done, run):
    treated = done("risk", "add", "--title", "Drift", "--cause", "c", "--event", "e",
                   "--consequence", "q", "--json").json()["id"]  # fmt: skip
    with freeze_time("2026-04-01T12:00:00Z"):
        done("soa", "set", CONTROL, "--applicable", "--why", "Gated", "--status", "planned",
             "--due", "2026-05-03")  # fmt: skip
    done("risk", "treat", treated, "--option", "modify", "--what", "Look", "--control", CONTROL,
         "--due", "2026-05-04")  # fmt: skip

    header, *lines = [line.split("\t") for line in run("soa", "show").out.splitlines()]
    (shown,) = [dict(zip(header, line, strict=True)) for line in lines if line[0] == CONTROL]
    late = run("soa", "show", "--as-of", "2026-05-05", "--control", CONTROL).out
    document = run("soa", "show", "--as-of", "2026-05-05", "--json").json()
    (control,) = [one for one in document["controls"] if one["control"] == CONTROL]

    assert shown["due"] == "2026-05-03 overdue"
    assert "due            2026-05-03 overdue" in late
    assert "modify, Look, due 2026-05-04 overdue" in late
    assert (control["decision"]["overdue"], control["risks"][0]["overdue"]) == (True, True)


def test_a_test_with_nothing_to_test_says_so(run):
    tests = {one["code"]: one for one in run("soa", "check", "--json").json()["tests"]}
    shown = run("soa", "check").out

    assert {code for code, one in tests.items() if one["result"] != "empty"} == {
        "undecided", "not-approved",
    }  # fmt: skip
    assert "no-owner\tnothing to test\t" in shown
    assert "\tpassed\t" not in shown


@pytest.mark.usefixtures("sound")
def test_evidence_of_one_side_only_is_found_unless_a_day_explains_it(done, found, run):
    report = next(one["id"] for one in run("evidence", "list").rows() if one["kind"] == "vv-report")
    done("evidence", "withdraw", report, "--why", "mislabelled")

    (finding,) = found()["one-sided-evidence"]
    assert "evidence of design only (system-documentation), none of operation" in finding.words
    done("soa", "set", CONTROL, "--status", "partial", "--due", "2026-09-30")
    assert list(found()) == ["not-approved"]


def test_a_treatment_without_a_control_and_a_risk_treated_otherwise_are_found(
    done, sound, found, changed
):
    def treated(recorded):
        said = RiskFields(title="Drift", cause="c", event="e", consequence="k",
                          identified_on=date(2026, 1, 2))  # fmt: skip
        other = risks.add(recorded, said, catalogue())
        fields = TreatmentFields(option="modify", what="Look", decided_on=date(2026, 2, 1))
        return risks.treat(recorded, other, fields, catalogue())

    other = changed(treated)
    done("soa", "set", CONTROL, "--because", f"risk:{sound}", "--because", f"risk:{other}")
    done("soa", "approve", "--by", "eva", "--note", "Reviewed")

    findings = found()

    assert [one.about for one in findings.pop("treatment-without-control")] == [other]
    assert [(one.about, other in one.words) for one in findings.pop("risk-elsewhere")] == [
        (CONTROL, True)
    ]
    assert findings == {}


def test_a_reason_that_went_away_is_found(sound, found, changed):
    changed(lambda recorded: risks.close(recorded, sound, "The feature was removed", TODAY))

    findings = found()

    (finding,) = findings["risk-not-open"]
    assert f"{sound}, which is closed on 2026-05-04" in finding.words
    assert found(date(2026, 5, 3)) == {}


@pytest.mark.usefixtures("sound")
def test_what_differs_from_the_approved_version_is_found_field_by_field(done, found):
    done("soa", "set", CONTROL, "--owner", "ben", "--how", "V&V procedure")
    done("soa", "add", "ORG-1", "--title", "Review", "--source", "Contract")

    findings = found()

    assert [one.about for one in findings["undecided"]] == ["ORG-1"]
    (finding,) = findings["not-approved"]
    assert finding.words == "differs from version 1 in how, owner"


def test_without_a_version_that_is_the_finding(found):
    assert found()["not-approved"][0].words == "no version of the statement was approved"


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(
    ("scope", "passes"),
    [("AI services", False), ("AI services, SoA version 2", True), ("per SoA v1", False)],
)
def test_the_version_is_that_of_the_certificate_or_explained(done, found, scope, passes):
    done("certification", "record", "decision", "grant", "--on", "2026-02-01", "--expiry",
         "2029-01-31", "--scope", scope)  # fmt: skip
    done("soa", "set", CONTROL, "--owner", "ben", "--on", "2026-03-01")
    done("soa", "approve", "--by", "eva", "--on", "2026-03-01")

    assert ("certificate-version" in found()) is not passes
    assert "certificate-version" not in found(date(2026, 2, 28)) or "version 2" in scope


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(
    ("note", "result"),
    [
        (None, "found"),
        ("One owner changed after the audit", "found"),
        ("Since the certificate one owner changed", "explained"),
        ("Differs from Q-77/2026 in one owner", "explained"),
        ("Version 1 had another owner", "explained"),
        ("Version 11 had another owner", "found"),
    ],
)
def test_only_a_note_on_the_certificate_explains_another_version(done, run, note, result):
    done("certification", "record", "decision", "grant", "--on", "2026-02-01", "--expiry",
         "2029-01-31", "--scope", "AI services", "--number", "Q-77/2026")  # fmt: skip
    done("soa", "set", CONTROL, "--owner", "ben")
    done("soa", "approve", "--by", "eva", *(("--note", note) if note else ()))

    tests = run("soa", "check", "--json").json()["tests"]
    shown = run("soa", "check").out

    (made,) = [one for one in tests if one["code"] == "certificate-version"]
    assert made["result"] == result
    assert made["remark"].startswith("version 2 holds; the certificate of 2026-02-01 stands on")
    assert made["remark"].endswith(f"note: '{note}'" if note else "no note")
    assert f"certificate-version: {made['remark']}" in shown


@pytest.mark.usefixtures("sound")
def test_a_difference_of_a_system_that_left_the_scope_is_found(done, found):
    done("system", "add", "chat", "--name", "Chat", "--in-scope-to", "2026-04-30")
    done("soa", "set", "A.10.3", "--system", "chat", "--applicable", "--why", "It is bought in",
         "--because", "contract:C-1", "--status", "planned", "--due", "2026-09-30",
         "--owner", "eva")  # fmt: skip
    done("soa", "approve", "--by", "eva", "--note", "Reviewed")

    (finding,) = found()["system-out-of-scope"]

    assert (finding.about, finding.system) == ("A.10.3", "chat")


def test_annex_b_has_no_rows_and_a_reference_to_it_is_read_as_the_control(done, statement):
    told = done("soa", "set", "B.6.2.4", "--applicable", "--why", "Gates releases")

    assert "B.6.2.4 read as A.6.2.4" in told.err
    assert not [one for one in statement().controls if one.control.startswith("B.")]


held = st.builds(
    Decision,
    id=st.just("AD-2026-0001"),
    control=st.sampled_from(["A.2.2", "A.10.2", "A.6.2.4", "ORG-1"]),
    system=st.sampled_from([None, "SYS-2026-0001"]),
    slug=st.just("chat"),
    applicable=st.booleans(),
    why=st.sampled_from(["one", "two"]),
    because=st.sampled_from([(), (("risk", "R-2026-0001"),)]),
    status=st.sampled_from([None, "partial"]),
    how=st.none(),
    owner=st.sampled_from([None, "eva"]),
    due=st.none(),
    decided_on=st.just("2026-01-05"),
    decided_by=st.just("ada"),
    recorded_on=st.just("2026-01-05"),
)
sides = st.lists(held, unique_by=lambda one: (one.control, one.system), max_size=6)


@given(before=sides, after=sides)
def test_the_differences_undo_one_another_and_are_none_where_nothing_differs(before, after):
    there, back = soa_diff.changed(before, after), soa_diff.changed(after, before)

    assert soa_diff.changed(before, before) == ()
    assert [(one.control, one.system, one.field, one.after, one.before) for one in there] == [
        (one.control, one.system, one.field, one.before, one.after) for one in back
    ]
    left = {(one.control, one.system, name): soa_diff.said(one, name)
            for one in before for name in soa_diff.FIELDS}  # fmt: skip
    left |= {(one.control, one.system, one.field): one.after for one in there}
    right = {(one.control, one.system, name): soa_diff.said(one, name)
             for one in after for name in soa_diff.FIELDS}  # fmt: skip
    assert {key: value for key, value in left.items() if value is not None} == {
        key: value for key, value in right.items() if value is not None
    }


@pytest.fixture
def due(workspace):
    """`due(day, kind)`: what is due on a day (with what is settled, as a calendar gets it)."""

    def asked(day, kind, **more):
        with reading(workspaces.find(workspace)) as connection:
            said = reminders(connection, Knobs(**more), date.fromisoformat(day), calendar=True)
        return [one for one in said.everything if one.kind == kind]

    return asked


def test_what_is_planned_is_reminded_of_until_it_is_implemented(run, done, due):
    run("system", "add", "chat", "--name", "Chat")
    done("soa", "set", CONTROL, "--applicable", "--why", "Gates releases", "--status", "planned",
         "--due", "2026-04-30", "--on", "2026-03-01")  # fmt: skip
    done("soa", "set", CONTROL, "--system", "chat", "--due", "2026-06-30", "--on", "2026-03-02")
    done("soa", "set", CONTROL, "--status", "implemented", "--on", "2026-05-02")

    before, after = due("2026-05-01", "applicability"), due("2026-05-02", "applicability")

    assert [(one.key, one.overdue, one.standing) for one in before] == [
        ("applicability-A.6.2.4", True, "open"), ("applicability-A.6.2.4-chat", False, "open"),
    ]  # fmt: skip
    assert [(one.overdue, one.standing) for one in after] == [(False, "settled"), (False, "open")]
    assert before[1].settle == "govtrack soa set A.6.2.4 --system chat --status implemented"
    reminded = run("remind", "--as-of", "2026-05-01", "--json").json()["due"]
    assert [one["kind"] for one in reminded if one["overdue"]] == ["applicability"]


@pytest.mark.usefixtures("sound")
def test_the_statement_is_to_be_reviewed_a_year_after_its_approval(due):
    (review,) = due("2026-05-04", "soa_review")

    assert (review.date, review.overdue) == (date(2027, 1, 12), False)
    assert [one.overdue for one in due("2027-01-13", "soa_review")] == [True]
    assert due("2026-01-11", "soa_review") == []
    assert due("2027-01-13", "soa_review", soa_review_months=0) == []


@pytest.mark.usefixtures("sound")
def test_the_workbook_s_sheet_has_a_cell_under_every_heading(done, statement):
    done("system", "add", "chat", "--name", "Chat")
    done("soa", "set", CONTROL, "--system", "chat", "--owner", "ben")

    rows = list(soa_rows.sheet(statement()).rows)

    assert {len(one) for one in rows} == {len(soa_rows.COLUMNS)}
    assert [one[2] for one in rows if one[0] == CONTROL] == ["the AIMS", "chat"]
    assert [one[0] for one in rows].count("A.2.2") == 1


@pytest.mark.usefixtures("sound")
def test_the_workbook_s_sheet_says_whether_an_acceptance_covers_the_risk_as_it_stands(
    done, statement, risk
):
    def cell():
        sheet = soa_rows.sheet(statement())
        place = [name for name, _ in soa_rows.COLUMNS].index("residual risk accepted")
        return next(row[place] for row in sheet.rows if row[0] == CONTROL)

    def assessed(likelihood, consequence, day):
        done("risk", "assess", risk, "--likelihood", likelihood, "--consequence-rating",
             consequence, "--on", day, "--by", "ben")  # fmt: skip

    done("criteria", "set", "--in-force-from", "2025-01-01", "--decided-by", "AI board")
    nobody = cell()
    assessed("rare", "minor", "2026-01-06")
    done("risk", "accept", risk, "--by", "eva", "--on", "2026-01-07", "--until", "2026-05-03")
    lapsed = cell()
    done("risk", "accept", risk, "--by", "eva", "--on", "2026-02-01")
    covered = cell()
    assessed("almost-certain", "severe", "2026-03-01")
    above = cell()

    accepted = f"{risk}: accepted at low by eva on 2026-02-01"
    assert nobody == f"{risk}: not accepted"
    assert lapsed == f"{risk}: acceptance lapsed 2026-05-03: at low by eva on 2026-01-07"
    assert covered == accepted
    assert above == f"{accepted}, which does not cover the present level, critical"


@pytest.mark.usefixtures("sound")
def test_a_day_ahead_that_was_recorded_of_what_is_implemented_is_found(found, changed):
    def late(recorded):
        decision = recorded.session.exec(
            select(ApplicabilityDecision).where(ApplicabilityDecision.control == CONTROL)
        ).one()
        decision.due = "2026-09-30"
        recorded.session.add(decision)

    changed(late)

    (finding,) = found()["beyond-evidence"]
    assert finding.words == "implemented, yet due on 2026-09-30"


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(
    "words",
    [
        ("A.10.2", "--applicable", "--why", "We sell it on", "--status", "implemented"),
        (CONTROL, "--status", "implemented"),
    ],
)
def test_what_is_implemented_is_not_due(run, words):
    done = run("soa", "set", *words, "--due", "2027-01-01")

    assert (done.code, done.out) == (2, "")
    assert "--due: is said of what is still to be done, not of implemented" in done.err

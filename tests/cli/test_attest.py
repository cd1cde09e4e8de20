"""`govtrack attest`: what is declared, what is refused, whether it still stands."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from govtrack import shipped
from govtrack import workspace as workspaces
from govtrack.aims import criteria, risks
from govtrack.catalog.loading import catalogue
from govtrack.register.recording import recording

SIGNED = ("--scope", "Triage 2.4", "--signatory", "Eva", "--function", "Head of quality")


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def did(run):
    """`did(*words)`: a command that must succeed."""

    def done(*words):
        result = run(*words)
        assert result.code == 0, result.err
        return result

    return done


@pytest.fixture
def evidence(did, workspace):
    """`evidence(supports, *more)`: confirmed evidence of two files, approved in March."""

    def recorded(supports, *more):
        name = f"report-{len(list(workspace.glob('report-*.txt')))}"
        for end in ("txt", "csv"):
            (workspace / f"{name}.{end}").write_text(f"{name} {supports} {more} {end}")
        done = did("add-evidence", f"{name}.txt", f"{name}.csv", "--kind", "vv-report",
                   "--supports", supports, "--prepared-by", "ben", "--prepared-on", "2026-03-02",
                   "--approved-by", "eva", "--approved-on", "2026-03-04", *more,
                   "--json")  # fmt: skip
        return done.json()["id"]

    return recorded


@pytest.fixture
def achieved(did, evidence):
    """Two outcomes achieved with evidence, one partly done, one gap."""
    found = evidence("MEASURE 2.6, GOVERN 1.1"), evidence("MEASURE 2.6")
    did("profile", "set", "MEASURE 2.6", "GOVERN 1.1", "--current", "achieved",
        "--on", "2026-03-10")  # fmt: skip
    did("profile", "set", "MAP 1.1", "--current", "partly", "--target", "achieved",
        "--on", "2026-03-10")  # fmt: skip
    return found


def valid(document):
    name = document["format"].removeprefix("govtrack.").removesuffix("/1")
    path = shipped.folder("schemas") / f"{name}.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


def check(run, *words):
    done = run("attest", "check", *words, "--json")
    document = valid(done.json())
    assert done.code == (0 if document["passed"] else 1)
    return {(one["code"], one["about"]) for one in document["findings"]}


def test_a_declaration_states_what_is_achieved_and_pins_what_stands_behind_it(run, did, achieved):
    first, second = achieved

    made = valid(did("attest", *SIGNED, "--place", "Vienna", "--json").json())

    assert (made["id"], made["issuer"], made["review"]) == ("AT-2026-0001", "Example Ltd", "self")
    assert (made["as_of"], made["signed_on"], made["open_gaps"]) == ("2026-05-04", "2026-05-04", 1)
    assert {one["ref"]: one["state"] for one in made["outcomes"]} == {
        "GOVERN 1.1": "achieved", "MEASURE 2.6": "achieved", "MAP 1.1": "partly",
    }  # fmt: skip
    assert [(one["ref"], one["evidence"]) for one in made["evidence"]] == [
        ("GOVERN 1.1", first), ("MEASURE 2.6", first), ("MEASURE 2.6", second),
    ]  # fmt: skip
    shown = valid(run("attest", "show", "at-2026-1", "--json").json())
    assert shown["standing"] == "within its period"
    assert shown["not_assessed"] == 69
    assert check(run) == set()
    assert did("verify").code == 0


def test_the_master_list_says_how_many_events_end_a_declaration(run, did, workspace, achieved):
    did("attest", *SIGNED)
    standing = [{row["id"]: row for row in run("documents").rows()}["AT-2026-0001"]["status"]]
    did("evidence", "withdraw", achieved[0], "--why", "a slip")
    standing.append({row["id"]: row for row in run("documents").rows()}["AT-2026-0001"]["status"])
    found = check(run)

    did("audit-pack", "2026")

    assert standing == [
        "approved",
        f"approved; {len(found)} events end it, see govtrack attest check AT-2026-0001",
    ]
    pages = workspace / "audit-pack-2026" / "data" / "documents"
    page = (pages / "17-master-list.html").read_text(encoding="utf-8")
    assert f"approved; {len(found)} events end it, see 20" in page
    ended = (pages / "20-attestation.html").read_text(encoding="utf-8")
    assert f"events that end it have occurred: {len(found)}" in ended


def test_the_manifest_can_be_computed_again_from_the_files_alone(did, workspace, achieved):
    first, second = achieved
    made = did("attest", *SIGNED, "--output", "manifest.txt", "--json").json()

    digests = {
        name: hashlib.sha256((workspace / name).read_bytes()).hexdigest()
        for name in ("report-0.txt", "report-0.csv", "report-1.txt", "report-1.csv")
    }
    lines = [
        f"{ref}\t{identifier}\t1\t{digests[name]}\n"
        for ref, identifier, stem in (
            ("GOVERN 1.1", first, "report-0"), ("MEASURE 2.6", first, "report-0"),
            ("MEASURE 2.6", second, "report-1"),
        )
        for name in (f"{stem}.txt", f"{stem}.csv")
    ]  # fmt: skip
    text = "".join(sorted(lines))
    assert (workspace / "manifest.txt").read_text(encoding="utf-8") == text
    assert made["manifest_sha256"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.usefixtures("achieved")
def test_what_is_achieved_without_evidence_is_refused_row_by_row(run, did):
    did("profile", "set", "MAP 1.2", "MAP 1.3", "--current", "achieved")

    done = run("attest", *SIGNED, "--output", "refused.pdf")

    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 2
    for ref in ("MAP 1.2", "MAP 1.3"):
        assert f"{ref}: is 'achieved' in the profile and has no confirmed evidence" in done.err
    assert valid(run("attest", "list", "--json").json())["attestations"] == []


def test_confirmed_evidence_that_does_not_count_is_named_with_what_mends_it(
    run, did, evidence, workspace
):
    did("profile", "set", "MAP 1.2", "MAP 1.3", "MAP 1.4", "MAP 1.5", "MAP 1.6",
        "--current", "achieved")  # fmt: skip
    old = evidence("MAP 1.3", "--valid-until", "2026-04-30")
    gone = evidence("MAP 1.4")
    did("evidence", "withdraw", gone, "--why", "Wrong file")
    (workspace / "policy.txt").write_text("what is to be so")
    did("add-evidence", "policy.txt", "--kind", "ai-policy", "--supports", "MAP 1.2")
    due = evidence("MAP 1.5", "--prepared-on", "2025-03-02", "--approved-on", "2025-03-04")

    done = run("attest", *SIGNED)

    start = "is 'achieved' in the profile and has no confirmed evidence in force on 2026-05-04"
    again = "govtrack add-evidence FILE --kind vv-report --supersedes"
    said = dict(line.removeprefix("govtrack: ").split(f": {start}: ")
                for line in done.err.splitlines())  # fmt: skip
    assert (done.code, said) == (1, {
        "MAP 1.2": "EV-2026-0003 is confirmed for it but a draft: "
                   "govtrack evidence approve EV-2026-0003 --by WHO --on DATE",
        "MAP 1.3": f"{old} is confirmed for it but expired on 2026-04-30: {again} {old}",
        "MAP 1.4": "confirm some, or set its true state",
        "MAP 1.5": f"{due} is confirmed for it but to be reviewed by 2026-03-04: {again} {due}",
        "MAP 1.6": "confirm some, or set its true state",
    })  # fmt: skip

    did("evidence", "approve", "EV-2026-0003", "--by", "eva", "--on", "2026-05-04")
    assert "MAP 1.2" not in run("attest", *SIGNED).err


@pytest.mark.usefixtures("achieved")
def test_evidence_is_asked_for_on_the_day_it_speaks_of(run, did, evidence):
    late = evidence("GOVERN 1.2", "--valid-until", "2026-03-31")
    did("profile", "set", "GOVERN 1.2", "--current", "achieved", "--on", "2026-03-15")

    refused = run("attest", *SIGNED)
    made = did("attest", *SIGNED, "--as-of", "2026-03-20", "--on", "2026-03-21", "--json")
    noted, made = made.err, made.json()

    assert (refused.code, "GOVERN 1.2" in refused.err) == (1, True)
    assert late in {one["evidence"] for one in made["evidence"]}
    found = check(run, made["id"], "--as-of", "2026-05-04")
    assert found == {("evidence-not-in-force", "GOVERN 1.2")}
    assert "on 2026-05-04: within its period; events that end it have occurred: 1" in noted


def test_what_the_signing_day_no_longer_supports_is_not_signed(run, did, evidence):
    evidence("GOVERN 1.2", "--valid-until", "2026-03-31")
    evidence("MAP 1.2")
    did("profile", "set", "GOVERN 1.2", "MAP 1.2", "--current", "achieved", "--on", "2026-03-15")
    did("profile", "set", "MAP 1.2", "--current", "partly", "--on", "2026-04-15")

    done = run("attest", *SIGNED, "--as-of", "2026-03-20")

    assert (done.code, done.out) == (1, "")
    assert "GOVERN 1.2: cannot be declared on 2026-05-04: EV-" in done.err
    assert "MAP 1.2: cannot be declared on 2026-05-04: is 'partly'" in done.err
    assert valid(run("attest", "list", "--json").json())["attestations"] == []


@pytest.mark.usefixtures("achieved")
def test_a_declaration_has_a_last_day_by_convention_and_by_the_workspace_s_own(did, workspace):
    done = did("attest", *SIGNED, "--json")
    assert done.json()["valid_until"] == "2027-05-04"
    assert "note: valid until 2027-05-04, 12 months after it is signed (our convention" in done.err

    (workspace / "schemas").mkdir(exist_ok=True)
    (workspace / "schemas" / "cycle.yaml").write_text(
        "knobs: {attestation_months: {value: 6, source: 'contract 7'}}"
    )
    done = did("attest", *SIGNED, "--json")
    assert done.json()["valid_until"] == "2026-11-04"
    assert "(contract 7)" in done.err


@pytest.mark.usefixtures("achieved")
def test_standing_does_not_claim_more_than_the_check_finds(run, did, workspace):
    did("attest", *SIGNED)
    assert "2026-05-04: within its period; no event that ends it is found" in did(
        "attest", "show", "AT-2026-0001").out  # fmt: skip
    did("profile", "set", "GOVERN 1.1", "--current", "largely")

    words = "within its period; events that end it have occurred: 1"
    assert words in did("attest", "show", "AT-2026-0001").out
    did("attest", "export", "AT-2026-0001", "--output", "at.html")
    assert words in (workspace / "at.html").read_text(encoding="utf-8")
    listed = did("attest", "list")
    assert "in force" not in listed.out
    assert "'govtrack attest check AT'" in listed.err
    checked = run("attest", "check")
    assert "AT-2026-0001, the latest within its period: signed on 2026-05-04 by Eva" in checked.err


def test_a_profile_of_which_nothing_is_achieved_is_not_attested(run, did):
    nothing = run("attest", *SIGNED)
    did("profile", "set", "MAP 1.1", "--current", "partly")
    partly = run("attest", *SIGNED)

    assert (nothing.code, "no profile is recorded" in nothing.err) == (2, True)
    assert (partly.code, "nothing is 'achieved' in the profile" in partly.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as-of", "2026-05-05"], "--as-of: 2026-05-05 is after today"),
        (["--on", "2026-05-05"], "--on: 2026-05-05 is after today"),
        (["--as-of", "2026-05-01", "--on", "2026-04-30"], "before the day it speaks of"),
        (["--valid-until", "2026-05-03"], "is before it is signed"),
        (["--valid-until", "2028-05-05"], "more than 24 months after it is signed, 2026-05-04"),
        (["--review", "external"], "is not one of self, internal-audit, third-party"),
        (["--signatory", " "], "--signatory: is missing: who signs"),
        (["--function", ""], "--function: is missing"),
        (["--profile", "triage"], "there is no profile 'triage'"),
        (["--output", "attestation.doc"], "'doc' is not one of html, pdf, json, txt"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("achieved")
def test_what_cannot_be_declared_is_refused(run, words, said):
    done = run("attest", *SIGNED, *words)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert valid(run("attest", "list", "--json").json())["attestations"] == []


def test_who_signs_in_which_function_has_to_be_said(run):
    done = run("attest", "--scope", "x", "--signatory", "Eva")

    assert (done.code, "Missing option '--function'" in done.err) == (2, True)


@pytest.mark.usefixtures("achieved")
def test_an_output_that_is_there_already_is_refused_before_anything_is_recorded(run, workspace):
    (workspace / "there.pdf").write_text("mine")

    done = run("attest", *SIGNED, "--output", "there.pdf")

    assert (done.code, "is there already" in done.err) == (1, True)
    assert (workspace / "there.pdf").read_text() == "mine"
    assert valid(run("attest", "list", "--json").json())["attestations"] == []


def test_check_names_what_changed_behind_it(run, did, evidence, achieved):
    first, second = achieved
    did("attest", *SIGNED)
    did("profile", "set", "GOVERN 1.1", "--current", "largely")
    did("evidence", "untag", first, "MEASURE 2.6")
    later = evidence("MEASURE 2.6", "--supersedes", second)

    found = valid(run("attest", "check", "--json").json())["findings"]

    assert {(one["code"], one["about"]) for one in found} == {
        ("no-longer-achieved", "GOVERN 1.1"),
        ("evidence-not-confirmed", "MEASURE 2.6"),
        ("evidence-not-in-force", "MEASURE 2.6"),
    }
    mends = {one["code"]: one["mend"] for one in found}
    assert mends["no-longer-achieved"] == "govtrack attest withdraw AT-2026-0001 --why TEXT"
    assert mends["evidence-not-confirmed"] == f"govtrack evidence tag {first} 'MEASURE 2.6'"
    assert any(f"superseded by {later}" in one["words"] for one in found)
    assert check(run, "AT-2026-0001", "--as-of", "2026-03-03") >= {("not-signed", "AT-2026-0001")}


@pytest.mark.usefixtures("achieved")
def test_it_ends_on_its_day_and_stays_on_record_when_withdrawn(run, did):
    did("attest", *SIGNED, "--valid-until", "2026-06-30")

    with freeze_time("2026-07-02T12:00:00Z"):
        assert check(run, "AT-2026-0001") == {("ended", "AT-2026-0001")}
        (listed,) = valid(run("attest", "list", "--json").json())["attestations"]
        assert listed["standing"] == "ended"
        due = run("remind", "--json").json()["due"]
        assert [(one["kind"], one["days"]) for one in due if one["kind"] == "attestation"] == [
            ("attestation", -2)
        ]
        gone = did("attest", "withdraw", "AT-2026-0001", "--why", "3.0 went live", "--json")
        assert valid(gone.json())["withdrawn_on"] == "2026-07-02"
        again = run("attest", "withdraw", "AT-2026-0001", "--why", "again")
        assert (again.code, "was withdrawn on 2026-07-02 already" in again.err) == (2, True)
        assert "attestation" not in {one["kind"] for one in run("remind", "--json").json()["due"]}
        nothing = run("attest", "check")
        assert (nothing.code, "no attestation is within its period" in nothing.err) == (1, True)
        before = valid(run("attest", "show", "AT-2026-0001", "--as-of", "2026-06-30",
                           "--json").json())  # fmt: skip
        assert before["standing"] == "within its period"


@pytest.mark.usefixtures("achieved")
def test_a_dry_run_declares_nothing(run):
    done = run("attest", *SIGNED, "--dry-run", "--output", "a.pdf", "--json")

    assert valid(done.json())["dry_run"] is True
    assert run("attest", "list").out.startswith("No attestations recorded")


@pytest.mark.usefixtures("achieved")
def test_the_page_says_what_is_claimed_what_is_not_and_who_signs(did, workspace):
    did("attest", *SIGNED, "--residual-risk", "Rare <referrals>", "--place", "Vienna")

    for form in ("html", "pdf", "json"):
        done = did("attest", "export", "AT-2026-0001", "--output", f"at.{form}", "--json")
        assert valid(done.json())["bytes"] > 1000

    page = (workspace / "at.html").read_text(encoding="utf-8")
    for words in ("AT-2026-0001", "Triage 2.4", "Head of quality", "Vienna", "NIST AI 100-1",
                  "ISO/IEC 17050-1", "cannot be certified", "No endorsement by NIST",
                  "MAP 1.1: partly", "Rare &lt;referrals&gt;", "What ends it"):  # fmt: skip
        assert words in page, words
    valid(json.loads((workspace / "at.json").read_text(encoding="utf-8")))
    assert (workspace / "at.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.usefixtures("achieved")
def test_a_pack_holds_the_manifest_in_the_bytes_whose_digest_document_20_prints(did, workspace):
    did("audit-pack", "2026", "--no-evidence", "--output", "before")
    made = did("attest", *SIGNED, "--json").json()
    did("audit-pack", "2026", "--no-evidence", "--output", "pack")

    file = "data/register/attestation-manifest.txt"
    assert not (workspace / "before" / file).exists()
    content = (workspace / "pack" / file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == made["manifest_sha256"]
    page = (workspace / "pack/data/documents/20-attestation.html").read_text(encoding="utf-8")
    assert f"<code>sha256sum {file}</code>" in page
    assert f"sha256sum {file}" in (workspace / "pack/VERIFY.md").read_text(encoding="utf-8")
    for pack, first in (("before", "Self-attestation"), ("pack", "Statement")):
        outline = PdfReader(workspace / pack / "data/documents/20-attestation.pdf").outline
        assert outline[0].title == first
    assert len(outline) == 8


@pytest.fixture
def risk(workspace):
    """`risk(title, likelihood, consequence, accepted_by)`: recorded on 1 April; gives its id."""

    def recorded(title, likelihood=None, consequence=None, accepted_by=None, *, closed=False):
        space = workspaces.find(workspace)
        with recording(space, "ada@example.org") as change:
            if change.connection.execute("SELECT 1 FROM risk_criteria").fetchone() is None:
                criteria.adopt(change, criteria.CriteriaFields(
                    criteria=catalogue().risk_criteria, in_force_from=date(2025, 1, 1),
                    decided_by="eva",
                ))  # fmt: skip
            said = risks.RiskFields(
                title=title, cause="a", event="b", consequence="c", affected=("individuals",),
                identified_on=date(2026, 4, 1),
            )  # fmt: skip
            identifier = risks.add(change, said, catalogue())
            if likelihood and consequence:
                risks.assess(change, identifier, risks.AssessmentFields(
                    likelihood=likelihood, consequence=consequence, assessed_on=date(2026, 4, 1),
                ))  # fmt: skip
            if accepted_by:
                risks.accept(change, identifier, accepted_by, date(2026, 4, 2), why="no other way")
            if closed:
                risks.close(change, identifier, "gone", date(2026, 4, 3))
        return identifier

    return recorded


@pytest.mark.usefixtures("achieved")
def test_risks_left_on_the_day_are_disclosed(did, risk, workspace):
    above = risk("Above", "likely", "serious")
    accepted = risk("Accepted", "possible", "moderate", accepted_by="eva")
    unknown = risk("Unknown")
    risk("Small", "rare", "minor")
    risk("Closed", "likely", "serious", closed=True)
    did("attest", *SIGNED, "--json")

    found = valid(did("attest", "show", "AT-2026-0001", "--json").json())["residual_risks"]

    assert [(one["id"], one["level"], one["above"], one["accepted_by"]) for one in found] == [
        (above, "high", True, None), (accepted, "moderate", True, "eva"),
        (unknown, None, False, None),
    ]  # fmt: skip
    did("attest", "export", "AT-2026-0001", "--output", "risks.html")
    page = (workspace / "risks.html").read_text(encoding="utf-8")
    assert "above acceptance" in page
    assert "Small" not in page


@pytest.mark.usefixtures("achieved")
def test_a_declaration_that_cannot_be_written_there_is_not_recorded(run):
    done = run("attest", *SIGNED, "--output", "nowhere/declared.pdf")

    assert (done.code, "--output: there is no folder 'nowhere'" in done.err) == (2, True)
    assert valid(run("attest", "list", "--json").json())["attestations"] == []

"""A register with every table filled, made once; each attack gets a copy of its own."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.register import journal
from govtrack.register.nouns import NOUNS, YEAR, id_of
from govtrack.register.objects import path_of
from govtrack.register.verification import verified

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HISTORY = """
system add chat --name Chat --role provider --role user --owner eva
system add triage --name Triage --role user
add-evidence one.txt --kind vv-report --title One --system chat --supports 6.1.2 \
    --approved-by eva --approved-on 2026-04-01
add-evidence two.txt --kind vv-report --title Two --system triage --supports A.6.2.4 \
    --supersedes EV-2026-0001 --approved-by eva --approved-on 2026-04-02
add-evidence folder --kind ai-policy --title Three --supersedes EV-2026-0002
evidence confirm EV-2026-0002 --all
certification record decision grant --on 2024-03-14 --expiry 2027-03-13 --body Cert
certification record decision maintain --on 2025-03-14 --body Cert
certification record audit stage_2 --start 2024-02-20 --end 2024-02-22
certification record agreement --about audit --until 2026-12-18 --reference letter
"""


@dataclass(frozen=True)
class Store:
    """A store that somebody with an editor and `sqlite3` gets at."""

    space: workspaces.Workspace

    def tables(self):
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            return {
                name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                )
            }

    def rows(self, table):
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            return connection.execute(f"SELECT * FROM {table}").fetchall()

    def change(self, *statements, given=()):
        """Run statements past the triggers, which are then put back as they were."""
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for name in journal.APPEND_ONLY:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement, given)
            for sql in journal.APPEND_ONLY.values():
                connection.execute(sql)
            connection.commit()

    def schema(self, *statements):
        """Run statements as they are."""
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def object_of(self, title):
        """Where the (first) object of the evidence with that title stands; made writable."""
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            (digest,) = connection.execute(
                "SELECT sha256 FROM evidence_file JOIN evidence ON evidence = key WHERE title = ?",
                [title],
            ).fetchone()
        path = path_of(self.space.objects_path, digest)
        path.chmod(0o600)
        return path

    def found(self):
        """(step, code) of each of verify's findings."""
        return [(finding.step, finding.code) for finding in verified(self.space).findings]

    def words(self):
        """Everything that verify's findings say."""
        return "\n".join(map(str, verified(self.space).findings))


@pytest.fixture(scope="session")
def _lived_in(_fresh_workspace, tmp_path_factory, _cache):
    root = tmp_path_factory.mktemp("lived-in") / "workspace"
    shutil.copytree(_fresh_workspace, root)
    for name in ("one.txt", "two.txt", "folder/3.txt", "folder/4.txt"):
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"What was found, {name}.\n")
    return root


@pytest.fixture
def lived_in(_lived_in, run):
    """The workspace whose history is `HISTORY`; not to be changed."""
    if not (_lived_in / "done").exists():
        with clock.at(NOW):
            for line in HISTORY.replace("\\\n", " ").strip().splitlines():
                result = run(*line.split(), cwd=_lived_in)
                assert result.code == 0, result.err
            _pack(_lived_in)
            _papers(_lived_in)
        (_lived_in / "done").touch()
    return _lived_in


def _pack(root):
    from govtrack.aims import packs  # noqa: PLC0415
    from govtrack.register.recording import recording  # noqa: PLC0415

    day = NOW.date()
    with recording(workspaces.read(root), "ada") as recorded:
        packs.issued(
            recorded,
            packs.PackFields(
                year=2026, period_start=day, period_end=day, as_of=day, digest="0" * 64, files=3
            ),
        )


def _papers(root):
    """One row in each table of the working papers: enough for verify to have something to lose."""
    from govtrack.register.recording import recording  # noqa: PLC0415

    with recording(workspaces.read(root), "ada") as recorded:
        for row in _rows(NOW.date().isoformat()):
            recorded.session.add(row)
            recorded.session.flush()  # a row may name the row before it


def _rows(day):
    from govtrack.register.tables import (  # noqa: PLC0415
        applicability,
        attestation,
        criteria,
        impacts,
        profile,
        risks,
    )

    key = NOW.year * YEAR + 1
    system, report = id_of(NOUNS["ai_system"], key), id_of(NOUNS["evidence"], key)
    words = dict.fromkeys(criteria.RiskConsequence.model_fields, "few") | {"criteria": key}
    ids = {
        noun: {"key": key, "id": id_of(NOUNS[noun], key), "recorded_on": day}
        for noun in ("risk_criteria", "risk", "impact_assessment", "applicability",
                     "additional_control", "soa", "profile", "profile_row", "attestation")
    }  # fmt: skip
    numbered = {"risk": key, "position": 1, "recorded_on": day}
    return (
        criteria.RiskCriteria(
            **ids["risk_criteria"], version=1, title="Criteria", in_force_from=day,
            decided_by="eva", source="6.1.2",
        ),
        criteria.RiskLikelihood(criteria=key, position=1, word="rare", meaning="once"),
        criteria.RiskConsequence(**words | {"position": 1}),
        criteria.RiskLevel(criteria=key, position=1, word="low", meaning="ok", review_months=12),
        criteria.RiskMatrix(criteria=key, likelihood="rare", consequence="few", level="low"),
        criteria.RiskAcceptable(criteria=key, impact_level="individuals", level="low"),
        risks.Risk(
            **ids["risk"], title="Risk", system=system, cause="drift", event="error",
            consequence="harm", owner="eva", identified_on=day,
        ),
        risks.RiskSource(risk=key, ref="MEASURE 2.7"),
        risks.RiskAffected(risk=key, impact_level="individuals"),
        risks.RiskAssessment(
            **numbered, assessed_on=day, assessed_by="eva", likelihood="rare", consequence="few",
            level="low", criteria=ids["risk_criteria"]["id"], next_review=day,
        ),
        risks.RiskTreatment(**numbered, option="modify", what="test", decided_on=day),
        risks.RiskControl(risk=key, treatment=1, control="A.6.2.4"),
        risks.RiskAcceptance(**numbered, accepted_by="eva", accepted_on=day, level="low"),
        impacts.ImpactAssessment(
            **ids["impact_assessment"], system=system, assessed_on=day, assessed_by="eva",
            next_review=day,
        ),
        impacts.ImpactEffect(
            impact=key, position=1, impact_level="groups", kind="harm", what="delay"
        ),
        impacts.ImpactConsulted(impact=key, who="users"),
        impacts.ImpactRisk(impact=key, risk=ids["risk"]["id"]),
        impacts.ImpactEvidence(impact=key, evidence=report),
        applicability.ApplicabilityDecision(
            **ids["applicability"], control="A.6.2.4", system=system, applicable=1, why="needed",
            decided_on=day, decided_by="eva",
        ),
        applicability.ApplicabilityBecause(
            applicability=key, kind="risk", reference=ids["risk"]["id"]
        ),
        applicability.AdditionalControl(
            **ids["additional_control"], ref="X.1", title="Own", source="policy", added_on=day
        ),
        applicability.StatementOfApplicability(
            **ids["soa"], version=1, scope="all", edition="2023", approved_by="eva",
            approved_on=day,
        ),
        applicability.SoaRow(
            soa=key, control="A.6.2.4", system=system, title="Tests", applicable=1, why="needed",
            decision=ids["applicability"]["id"],
        ),
        profile.Profile(**ids["profile"], slug="whole", title="Whole", kind="organisation"),
        profile.ProfileRow(
            **ids["profile_row"], profile=ids["profile"]["id"], ref="MEASURE 2.7", set_on=day,
            set_by="eva",
        ),
        attestation.Attestation(
            **ids["attestation"], profile=ids["profile"]["id"], scope="all", issuer="Example Ltd",
            as_of=day, signatory="Eva", function="director", signed_on=day, review="internal",
            open_gaps=0, manifest_sha256="0" * 64,
        ),
        attestation.AttestationOutcome(attestation=key, ref="MEASURE 2.7", state="achieved"),
        attestation.AttestationEvidence(
            attestation=key, ref="MEASURE 2.7", evidence=report, version=1, sha256="0" * 64
        ),
    )  # fmt: skip


@pytest.fixture
def store(lived_in, tmp_path, monkeypatch):
    root = tmp_path / "attacked"
    shutil.copytree(lived_in, root)
    monkeypatch.chdir(root)
    return Store(workspaces.read(Path(root)))

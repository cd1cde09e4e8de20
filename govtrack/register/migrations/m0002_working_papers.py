"""Schema 2: risk criteria, risks, impacts, applicability, profiles, attestations; a system's model.

The statements are those of that schema for good, whatever the tables become later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.operations import Operations

STATEMENTS = (
    "ALTER TABLE ai_system ADD COLUMN model VARCHAR",
    'CREATE TABLE additional_control ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, ref VARCHAR NOT NULL, title VARCHAR NOT NULL, source VARCHAR NOT NULL, added_on VARCHAR NOT NULL, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), UNIQUE (ref) )',
    'CREATE TABLE applicability ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, control VARCHAR NOT NULL, system VARCHAR, applicable INTEGER NOT NULL, why VARCHAR NOT NULL, status VARCHAR, how VARCHAR, owner VARCHAR, due VARCHAR, decided_on VARCHAR NOT NULL, decided_by VARCHAR NOT NULL, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), FOREIGN KEY(system) REFERENCES ai_system (id) )',
    'CREATE TABLE applicability_because ( applicability INTEGER NOT NULL, kind VARCHAR NOT NULL, reference VARCHAR NOT NULL, PRIMARY KEY (applicability, kind, reference), FOREIGN KEY(applicability) REFERENCES applicability ("key") ) WITHOUT ROWID',
    'CREATE TABLE attestation ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, profile VARCHAR NOT NULL, scope VARCHAR NOT NULL, issuer VARCHAR NOT NULL, address VARCHAR, as_of VARCHAR NOT NULL, signatory VARCHAR NOT NULL, function VARCHAR NOT NULL, place VARCHAR, signed_on VARCHAR NOT NULL, valid_until VARCHAR, review VARCHAR NOT NULL, residual_risk VARCHAR, open_gaps INTEGER NOT NULL, manifest_sha256 VARCHAR NOT NULL, withdrawn_on VARCHAR, withdrawn_why VARCHAR, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), FOREIGN KEY(profile) REFERENCES profile (id) )',
    'CREATE TABLE attestation_evidence ( attestation INTEGER NOT NULL, ref VARCHAR NOT NULL, evidence VARCHAR NOT NULL, version INTEGER NOT NULL, sha256 VARCHAR NOT NULL, PRIMARY KEY (attestation, ref, evidence), FOREIGN KEY(attestation) REFERENCES attestation ("key"), FOREIGN KEY(evidence) REFERENCES evidence (id) ) WITHOUT ROWID',
    'CREATE TABLE attestation_outcome ( attestation INTEGER NOT NULL, ref VARCHAR NOT NULL, state VARCHAR NOT NULL, PRIMARY KEY (attestation, ref), FOREIGN KEY(attestation) REFERENCES attestation ("key") ) WITHOUT ROWID',
    'CREATE TABLE impact_assessment ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, system VARCHAR NOT NULL, purpose VARCHAR, roles VARCHAR, model VARCHAR, assessed_on VARCHAR NOT NULL, assessed_by VARCHAR NOT NULL, approved_by VARCHAR, approved_on VARCHAR, result VARCHAR, why VARCHAR, next_review VARCHAR NOT NULL, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), FOREIGN KEY(system) REFERENCES ai_system (id) )',
    'CREATE TABLE impact_consulted ( impact INTEGER NOT NULL, who VARCHAR NOT NULL, how VARCHAR, PRIMARY KEY (impact, who), FOREIGN KEY(impact) REFERENCES impact_assessment ("key") ) WITHOUT ROWID',
    'CREATE TABLE impact_effect ( impact INTEGER NOT NULL, position INTEGER NOT NULL, impact_level VARCHAR NOT NULL, kind VARCHAR NOT NULL, what VARCHAR NOT NULL, severity VARCHAR, likelihood VARCHAR, reversibility VARCHAR, measure VARCHAR, PRIMARY KEY (impact, position), FOREIGN KEY(impact) REFERENCES impact_assessment ("key") ) WITHOUT ROWID',
    'CREATE TABLE impact_evidence ( impact INTEGER NOT NULL, evidence VARCHAR NOT NULL, PRIMARY KEY (impact, evidence), FOREIGN KEY(impact) REFERENCES impact_assessment ("key"), FOREIGN KEY(evidence) REFERENCES evidence (id) ) WITHOUT ROWID',
    'CREATE TABLE impact_risk ( impact INTEGER NOT NULL, risk VARCHAR NOT NULL, PRIMARY KEY (impact, risk), FOREIGN KEY(impact) REFERENCES impact_assessment ("key"), FOREIGN KEY(risk) REFERENCES risk (id) ) WITHOUT ROWID',
    'CREATE TABLE profile ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, slug VARCHAR NOT NULL, title VARCHAR NOT NULL, kind VARCHAR NOT NULL, system VARCHAR, scope VARCHAR, tolerance VARCHAR, method VARCHAR, assessors VARCHAR, review_due VARCHAR, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), UNIQUE (slug), FOREIGN KEY(system) REFERENCES ai_system (id) )',
    'CREATE TABLE profile_row ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, profile VARCHAR NOT NULL, ref VARCHAR NOT NULL, current VARCHAR, outcome VARCHAR, target VARCHAR, target_outcome VARCHAR, target_by VARCHAR, priority VARCHAR, why VARCHAR, action VARCHAR, owner VARCHAR, due VARCHAR, note VARCHAR, set_on VARCHAR NOT NULL, set_by VARCHAR NOT NULL, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), FOREIGN KEY(profile) REFERENCES profile (id) )',
    'CREATE TABLE risk ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, title VARCHAR NOT NULL, system VARCHAR, cause VARCHAR NOT NULL, event VARCHAR NOT NULL, consequence VARCHAR NOT NULL, owner VARCHAR, reference VARCHAR, identified_on VARCHAR NOT NULL, closed_on VARCHAR, closed_why VARCHAR, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), FOREIGN KEY(system) REFERENCES ai_system (id) )',
    'CREATE TABLE risk_acceptable ( criteria INTEGER NOT NULL, impact_level VARCHAR NOT NULL, level VARCHAR NOT NULL, PRIMARY KEY (criteria, impact_level), FOREIGN KEY(criteria) REFERENCES risk_criteria ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_acceptance ( risk INTEGER NOT NULL, position INTEGER NOT NULL, accepted_by VARCHAR NOT NULL, accepted_on VARCHAR NOT NULL, level VARCHAR NOT NULL, until VARCHAR, why VARCHAR, recorded_on VARCHAR NOT NULL, PRIMARY KEY (risk, position), FOREIGN KEY(risk) REFERENCES risk ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_affected ( risk INTEGER NOT NULL, impact_level VARCHAR NOT NULL, PRIMARY KEY (risk, impact_level), FOREIGN KEY(risk) REFERENCES risk ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_assessment ( risk INTEGER NOT NULL, position INTEGER NOT NULL, assessed_on VARCHAR NOT NULL, assessed_by VARCHAR NOT NULL, likelihood VARCHAR NOT NULL, consequence VARCHAR NOT NULL, level VARCHAR NOT NULL, criteria VARCHAR NOT NULL, why VARCHAR, next_review VARCHAR NOT NULL, recorded_on VARCHAR NOT NULL, PRIMARY KEY (risk, position), FOREIGN KEY(risk) REFERENCES risk ("key"), FOREIGN KEY(criteria) REFERENCES risk_criteria (id) ) WITHOUT ROWID',
    'CREATE TABLE risk_consequence ( criteria INTEGER NOT NULL, position INTEGER NOT NULL, word VARCHAR NOT NULL, individuals VARCHAR NOT NULL, groups VARCHAR NOT NULL, communities VARCHAR NOT NULL, organisations VARCHAR NOT NULL, society VARCHAR NOT NULL, PRIMARY KEY (criteria, position), FOREIGN KEY(criteria) REFERENCES risk_criteria ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_control ( risk INTEGER NOT NULL, treatment INTEGER NOT NULL, control VARCHAR NOT NULL, PRIMARY KEY (risk, treatment, control), FOREIGN KEY(risk) REFERENCES risk ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_criteria ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, version INTEGER NOT NULL, title VARCHAR NOT NULL, in_force_from VARCHAR NOT NULL, decided_by VARCHAR NOT NULL, source VARCHAR NOT NULL, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), UNIQUE (version) )',
    'CREATE TABLE risk_level ( criteria INTEGER NOT NULL, position INTEGER NOT NULL, word VARCHAR NOT NULL, meaning VARCHAR NOT NULL, review_months INTEGER NOT NULL, PRIMARY KEY (criteria, position), FOREIGN KEY(criteria) REFERENCES risk_criteria ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_likelihood ( criteria INTEGER NOT NULL, position INTEGER NOT NULL, word VARCHAR NOT NULL, meaning VARCHAR NOT NULL, PRIMARY KEY (criteria, position), FOREIGN KEY(criteria) REFERENCES risk_criteria ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_matrix ( criteria INTEGER NOT NULL, likelihood VARCHAR NOT NULL, consequence VARCHAR NOT NULL, level VARCHAR NOT NULL, PRIMARY KEY (criteria, likelihood, consequence), FOREIGN KEY(criteria) REFERENCES risk_criteria ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_source ( risk INTEGER NOT NULL, ref VARCHAR NOT NULL, PRIMARY KEY (risk, ref), FOREIGN KEY(risk) REFERENCES risk ("key") ) WITHOUT ROWID',
    'CREATE TABLE risk_treatment ( risk INTEGER NOT NULL, position INTEGER NOT NULL, option VARCHAR NOT NULL, what VARCHAR NOT NULL, owner VARCHAR, decided_on VARCHAR NOT NULL, due VARCHAR, first_due VARCHAR, done_on VARCHAR, residual_likelihood VARCHAR, residual_consequence VARCHAR, residual_level VARCHAR, criteria VARCHAR, recorded_on VARCHAR NOT NULL, PRIMARY KEY (risk, position), FOREIGN KEY(risk) REFERENCES risk ("key"), FOREIGN KEY(criteria) REFERENCES risk_criteria (id) ) WITHOUT ROWID',
    'CREATE TABLE soa ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, version INTEGER NOT NULL, scope VARCHAR NOT NULL, edition VARCHAR NOT NULL, approved_by VARCHAR NOT NULL, approved_on VARCHAR NOT NULL, note VARCHAR, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), UNIQUE (version) )',
    'CREATE TABLE soa_row ( soa INTEGER NOT NULL, control VARCHAR NOT NULL, system VARCHAR NOT NULL, title VARCHAR NOT NULL, applicable INTEGER NOT NULL, why VARCHAR NOT NULL, because VARCHAR, status VARCHAR, how VARCHAR, owner VARCHAR, due VARCHAR, decision VARCHAR NOT NULL, PRIMARY KEY (soa, control, system), FOREIGN KEY(soa) REFERENCES soa ("key"), FOREIGN KEY(decision) REFERENCES applicability (id) ) WITHOUT ROWID',
    "CREATE INDEX applicability_by_control ON applicability (control, system, decided_on)",
    "CREATE INDEX impact_assessment_by_system ON impact_assessment (system, assessed_on)",
    "CREATE INDEX impact_risk_by_risk ON impact_risk (risk)",
    "CREATE INDEX profile_row_by_ref ON profile_row (profile, ref, set_on)",
    "CREATE INDEX risk_by_system ON risk (system)",
    "CREATE INDEX risk_control_by_control ON risk_control (control)",
    "CREATE INDEX risk_source_by_ref ON risk_source (ref)",
)


def upgrade(op: Operations) -> None:
    """From schema 1 to 2."""
    for statement in STATEMENTS:
        op.execute(statement)

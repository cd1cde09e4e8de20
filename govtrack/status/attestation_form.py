"""A self-attestation as a JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.status.findings import as_json as told

if TYPE_CHECKING:
    from govtrack.status.attestation import Paper

CRITERIA = "AI RMF 1.0 (NIST AI 100-1)"


def as_json(paper: Paper) -> dict[str, Any]:
    """A declaration with its support as the `govtrack.attestation/1` document."""
    one, head = paper.attestation, paper.profile
    return {
        "format": "govtrack.attestation/1",
        "as_of": paper.day,
        "standing": paper.standing,
        "attestation": one and {name: value for name, value in one.items() if name != "key"},
        "criteria": {"framework": CRITERIA, "profile": head and head["id"]},
        "scale": paper.scale,
        "achieved": paper.achieved,
        "outcomes": [
            {
                "ref": outcome.ref,
                "title": outcome.title,
                "state": outcome.state,
                "evidence": [
                    {
                        "id": support.evidence,
                        "version": support.version,
                        "title": paper.titles[support.evidence],
                        "sha256": list(support.files),
                    }
                    for support in outcome.supports
                ],
            }
            for outcome in paper.outcomes
        ],
        "not_assessed": paper.not_assessed,
        "not_claimed": list(paper.not_claimed),
        "ends": list(paper.ends),
        "residual_risks": [risk._asdict() for risk in paper.residuals],
        "manifest": paper.manifest,
        "findings": told(paper.findings),
    }


def check_json(paper: Paper) -> dict[str, Any]:
    """What has changed behind a declaration as the `govtrack.attestation-check/1` document."""
    return {
        "format": "govtrack.attestation-check/1",
        "as_of": paper.day,
        "id": paper.attestation and paper.attestation["id"],
        "standing": paper.standing,
        "passed": not paper.findings,
        "findings": told(paper.findings),
    }

"""What the sample's history says of kinds, references and the certificate, the catalogue knows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from govtrack import shipped
from govtrack.catalog import crosswalk, kinds, refs
from govtrack.catalog.loading import catalogue as load
from govtrack.cycle import certification
from govtrack.cycle.knobs import Knobs
from govtrack.cycle.records import Agreement, Decision, ExternalAudit

if TYPE_CHECKING:
    from govtrack.catalog.catalogue import Catalogue

TODAY = date(2026, 11, 24)
KINDS_WITHOUT_AN_EXAMPLE = {"communication-record"}


@pytest.fixture(scope="module")
def steps() -> list[dict[str, Any]]:
    text = (shipped.folder("sample_org") / "history.yaml").read_text("utf-8")
    return yaml.safe_load(text)["steps"]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(None)


def added(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [step for step in steps if step["do"] == "evidence.add"]


def test_every_kind_is_known_and_almost_every_kind_has_an_example(steps, catalogue):
    used = {kinds.kind(step["with"]["kind"], catalogue).id for step in added(steps)}
    assert set(catalogue.kinds) - used == KINDS_WITHOUT_AN_EXAMPLE


def test_every_reference_is_a_leaf_written_as_the_catalogue_writes_it(steps, catalogue):
    for step in steps:
        written = step["with"].get("supports", []) + step["with"].get("refs", [])
        if written:
            assert refs.resolve(written, catalogue, field="supports").refs == tuple(written)


def test_what_is_confirmed_or_declined_had_been_proposed(steps, catalogue):
    proposed: dict[str, set[str]] = {}
    for step in steps:
        said = step["with"]
        if step["do"] == "evidence.add":
            stated = tuple(said["supports"])
            offers = (
                *kinds.default_tags(said["kind"], catalogue),
                *crosswalk.proposals(stated, catalogue),
            )
            proposed["$" + step["as"]] = {offer.ref for offer in offers} - set(stated)
        if step["do"] in {"evidence.confirm", "evidence.decline"}:
            assert set(said["refs"]) <= proposed[said["evidence"]], step["at"]
            proposed[said["evidence"]] -= set(said["refs"])


def test_a_tag_taken_off_had_been_stated(steps):
    stated: dict[str, set[str]] = {}
    for step in steps:
        said = step["with"]
        if step["do"] == "evidence.add":
            stated["$" + step["as"]] = set(said["supports"])
        if step["do"] == "evidence.untag":
            assert set(said["refs"]) <= stated[said["evidence"]]


def test_the_first_surveillance_is_held_and_the_second_is_due(steps, catalogue):
    decisions, audits, agreements = [], [], []
    for step in steps:
        said = step["with"]
        match step["do"]:
            case "certification.decision":
                decisions.append(
                    Decision(
                        said["decision"],
                        said["on"],
                        said.get("effective"),
                        said.get("issued"),
                        said.get("expiry"),
                    )
                )
            case "certification.audit":
                audits.append(ExternalAudit(said["audit"], said["start"], said["end"]))
            case "certification.agreement":
                agreements.append(Agreement(said["about"], said["until"], said["reference"]))

    state = certification.state(
        decisions, audits, agreements, TODAY, Knobs.from_mapping(catalogue.knobs)
    )

    first, second = state.surveillance
    assert (first.state, first.held) == ("done", date(2025, 2, 19))
    assert (second.state, second.latest) == ("due", date(2026, 12, 31))
    assert state.cycle is not None
    assert state.cycle.expiry == date(2027, 3, 13)
    assert [agreement.until for agreement in agreements] == [date(2026, 12, 18)]

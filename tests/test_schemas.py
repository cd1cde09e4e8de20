"""Every JSON answer names its form, and is of the schema that ships for it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource

import govtrack
from govtrack import shipped

SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in shipped.folder("schemas").glob("*.schema.json")
}
REGISTRY = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema))
    for schema in SCHEMAS.values()
    if "$id" in schema
)
SOURCES = [
    path
    for path in Path(govtrack.__file__).parent.rglob("*.py")
    if path.parent.name in {"cli", "status"}
]


def check(document):
    """Validate an answer against the schema of the form it names."""
    name, _, version = document["format"].removeprefix("govtrack.").partition("/")
    assert version == "1"
    jsonschema.Draft202012Validator(SCHEMAS[name], registry=REGISTRY).validate(document)


@pytest.fixture
def lived_in(run, workspace):
    """A workspace with a system, evidence in every status, and a certificate."""

    def done(*arguments):
        result = run(*arguments)
        assert result.code == 0, result.err
        return result

    for name in ("one", "two", "three", "four"):
        (workspace / f"{name}.txt").write_text(f"What was found, {name}.\n")
        options = [
            "--kind",
            "risk-assessment",
            "--supports",
            "6.1.2",
            "--prepared-on",
            "2025-01-07",
        ]
        if name == "one":
            done("system", "add", "chat", "--name", "Chat", "--role", "provider")
            options += ["--system", "chat"]
        done("add-evidence", f"{name}.txt", *options)
    first, second, third, _ = [row["id"] for row in run("evidence", "list").rows()]
    done("evidence", "approve", first, "--by", "eva", "--on", "2025-02-03")
    done("evidence", "approve", second, "--by", "eva", "--on", "2025-02-04")
    done("evidence", "supersede", first, "--by", second)
    done("evidence", "withdraw", third, "--why", "mislabelled")
    done("evidence", "confirm", second, "--all")
    return first


def test_every_form_that_the_code_names_has_its_schema():
    named = {
        name
        for path in SOURCES
        for name in re.findall(r'"govtrack\.([a-z-]+)/1"', path.read_text(encoding="utf-8"))
    }

    assert sorted(named - set(SCHEMAS)) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one_of_draft_2020_12(name):
    schema = SCHEMAS[name]

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["evidence", "list"],
        ["evidence", "list", "--as-of", "2025-02-03"],
        ["evidence", "list", "--recorded-by", "1990-01-01"],
        ["evidence", "show", "EV"],
        ["evidence", "history", "EV"],
        ["evidence", "tag", "EV", "A.6.2.4"],
        ["evidence", "decline", "EV", "MAP 5.1", "--dry-run"],
        ["add-evidence", "one.txt", "--kind", "vv-report", "--allow-duplicate", "--dry-run"],
        ["system", "list"],
        ["system", "show", "chat"],
        ["system", "set", "chat", "--owner", "eva"],
        ["coverage", "--framework", "iso", "--gaps"],
        ["next", "--as-of", "2035-01-01"],
        ["log"],
        ["log", "EV"],
        ["verify"],
        ["migrate"],
        ["config"],
        ["coverage"],
        ["coverage", "--framework", "iso", "--system", "chat", "--as-of", "2025-02-03"],
        ["next"],
        ["trace", "A.6.2.4"],
        ["trace", "EV", "--to", "requirements", "--system", "chat"],
        ["remind"],
        ["audit-pack", "2025"],
        ["cycle"],
        ["certification", "show"],
        ["requirements"],
        ["crosswalk", "A.6.2.4"],
        ["kinds"],
        ["vocabulary"],
        ["import", "table.csv"],
    ],
    ids=" ".join,
)
def test_an_answer_is_of_its_schema(run, lived_in, workspace, arguments):
    (workspace / "table.csv").write_text("file,kind,title\none.txt,risk-assessment,one\n")

    result = run(*[lived_in if one == "EV" else one for one in arguments], "--json")

    assert result.code == 0, result.err
    check(result.json())


@pytest.mark.usefixtures("workspace")
def test_what_is_recorded_of_the_certification_is_of_its_schema(run):
    record = ("certification", "record")
    for arguments in (
        ("audit", "stage_2", "--start", "2024-02-20", "--end", "2024-02-22"),
        ("decision", "grant", "--on", "2024-03-14", "--expiry", "2027-03-13", "--body", "Cert"),
        (
            "agreement",
            "--about",
            "second surveillance",
            "--until",
            "2026-12-18",
            "--reference",
            "x",
        ),
    ):
        result = run(*record, *arguments, "--json")
        assert result.code == 0, result.err
        check(result.json())

    check(run("certification", "show", "--json").json())
    check(run("certification", "show", "--as-of", "2024-03-01", "--json").json())
    check(run("cycle", "--json").json())


@pytest.mark.usefixtures("lived_in")
def test_a_failed_verify_is_of_its_schema_too(run, workspace):
    kept = next(path for path in (workspace / ".govtrack" / "objects").rglob("*") if path.is_file())
    kept.chmod(0o600)
    kept.write_bytes(b"something else")

    result = run("verify", "--json")

    assert result.code == 1
    assert result.json()["findings"]
    check(result.json())

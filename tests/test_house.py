"""The house keeps its rules: small modules, one clock, lazy commands, no noun half made."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import govtrack
from govtrack.register.nouns import BY_TABLE, NOUNS

HOUSE = Path(govtrack.__file__).parent
MODULES = sorted(path for path in HOUSE.rglob("*.py") if "_shipped" not in path.parts)
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
LONGEST = 500
HEAVY = ("sqlmodel", "sqlalchemy", "alembic", "pydantic", "jinja2", "rich", "yaml", "openpyxl",
         "xlsxwriter", "plutoprint", "pypdf", "icalendar", "importlib.metadata",
         "cryptography", "httpx", "rfc3161_client")  # fmt: skip


def named(path):
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], ids=named)
def test_an_init_file_is_a_docstring_only(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    rest = tree.body[1:]

    assert ast.get_docstring(tree)
    if path.parent == HOUSE:
        assert [ast.unparse(one) for one in rest] == [f"__version__ = '{govtrack.__version__}'"]
    else:
        assert rest == []


def test_every_folder_is_a_package_that_says_what_it_is():
    folders = {path.parent for path in MODULES}

    assert [named(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_no_module_has_a_name_that_says_nothing():
    assert [named(path) for path in MODULES if path.stem.strip("_") in EMPTY_WORDS] == []


def test_no_module_is_long():
    lengths = {named(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_only_the_clock_asks_the_time():
    asks = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
            ("time", "time"), ("time", "localtime"), ("time", "gmtime")}  # fmt: skip
    found = {
        f"{named(path)}:{node.lineno}"
        for path in MODULES
        if path.name != "clock.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (getattr(node.value, "id", getattr(node.value, "attr", "")), node.attr) in asks
    }

    assert found == set()


def test_no_module_prints_past_the_command_line():
    found = {
        f"{named(path)}:{node.lineno}"
        for path in MODULES
        if "cli" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in {"print", "exit"}
    }

    assert found == set()


HELP_OF_EVERY_COMMAND = """
import sys, click
from govtrack.cli.main import govtrack
heavy = set(sys.argv[1:])

def walk(command, context):
    command.get_help(context)
    if loaded := heavy & sys.modules.keys():
        sys.exit(f"{context.command_path}: {', '.join(sorted(loaded))}")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            walk(inner, click.Context(inner, info_name=name, parent=context))

walk(govtrack, click.Context(govtrack, info_name="govtrack"))
"""


def test_no_help_imports_what_takes_long_to_import():
    shown = subprocess.run(
        [sys.executable, "-c", HELP_OF_EVERY_COMMAND, *HEAVY],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (shown.returncode, shown.stderr) == (0, "")


WHAT_A_COMMAND_LOADS = """
import sys
from govtrack.cli.main import main

try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def loaded_by(workspace, *command):
    """The modules that a command has loaded by its end."""
    ran = subprocess.run(
        [sys.executable, "-c", WHAT_A_COMMAND_LOADS, "-C", str(workspace), *command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ran.stderr
    return set(ran.stderr.splitlines()[-1].split())


@pytest.fixture
def workspace(tmp_path, run):
    """A new workspace; the catalogue is kept by now, so that no YAML is read again."""
    assert run("init", tmp_path).code == 0
    assert run("-C", tmp_path, "kinds").code == 0
    return tmp_path


ASKING = (
    "evidence list", "documents", "coverage", "next", "remind", "cycle", "log", "requirements",
    "risk list", "risk check", "criteria show", "impact list", "impact check", "soa show",
    "soa check", "soa versions", "profile list", "profile show", "profile gaps", "profile check",
    "attest list", "attest check", "arrangements", "trace MEASURE-2.7",
    "trail status", "trail key list",
)  # fmt: skip


@pytest.mark.parametrize("command", ASKING)
def test_no_question_imports_what_takes_long_to_import(workspace, command):
    slow = {*HEAVY, "dataclasses", "_strptime"}

    assert loaded_by(workspace, *command.split()) & slow == set()


def test_adding_evidence_imports_no_other_noun(workspace):
    (workspace / "a.txt").write_text("one line\n")

    loaded = loaded_by(workspace, "add-evidence", str(workspace / "a.txt"), "--kind", "event-log")

    tables = {name for name in loaded if name.startswith("govtrack.register.tables.")}
    assert tables == {"govtrack.register.tables.evidence"}


def test_the_command_table_names_commands_that_are_there():
    import click  # noqa: PLC0415

    from govtrack.cli.main import COMMANDS, govtrack  # noqa: PLC0415

    context = click.Context(govtrack)
    for name in COMMANDS:
        assert isinstance(govtrack.get_command(context, name), click.Command), name


NOT_KEPT = {"workspace", "pack"}
"""Written by making a workspace and by handing over a pack, not by a person's command."""
CALLED = {
    "applicability": "soa",
    "attestation": "attest",
    "signing_keys": "trail",
    "generations": "trail",
    "holds": "evidence",
}
"""Commands that people know by another word than their noun."""


def defining(table):
    """The module of `register/tables` that defines a table."""
    for path in (HOUSE / "register" / "tables").glob("*.py"):
        if f'__tablename__ = "{table}"' in path.read_text(encoding="utf-8"):
            return path.stem
    raise AssertionError(table)


def test_every_table_belongs_to_a_noun():
    from govtrack.register.schema import METADATA  # noqa: PLC0415

    assert sorted(set(METADATA.tables) - set(BY_TABLE)) == []
    assert sorted(set(BY_TABLE) - set(METADATA.tables)) == []


def test_every_schema_after_the_first_is_reached_by_a_migration():
    from govtrack.register import database  # noqa: PLC0415
    from govtrack.register.migrating import steps  # noqa: PLC0415

    assert sorted(steps()) == list(range(2, database.SCHEMA + 1))


@pytest.mark.parametrize("noun", sorted({defining(one) for one in NOUNS if one not in NOT_KEPT}))
def test_every_noun_has_its_module_its_commands_and_its_docs(noun):
    from govtrack.cli.main import COMMANDS  # noqa: PLC0415

    names = {CALLED.get(noun, noun), noun.removesuffix("s")}
    docs = (HOUSE.parent / "docs" / "cli.md").read_text(encoding="utf-8")

    assert (HOUSE / "aims" / f"{noun}.py").is_file()
    (command,) = names & COMMANDS.keys()
    assert f"### `govtrack {command} " in docs

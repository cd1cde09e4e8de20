"""The documentation says what there is: every command, every option, examples that work."""

from __future__ import annotations

import inspect
import json
import re
import shlex
from pathlib import Path

import click
import jsonschema
import openpyxl
import pytest
import yaml
from freezegun import freeze_time

from govtrack import shipped
from govtrack.catalog import loading
from govtrack.cli.main import govtrack
from govtrack.intake import records

ROOT = Path(__file__).parents[1]
CLI = ROOT / "docs" / "cli.md"
IMPORT = ROOT / "docs" / "import.md"
GUIDE = ROOT / "docs" / "working-papers.md"
README = ROOT / "README.md"
WORKING_PAPERS = ("criteria", "risk", "impact", "soa", "profile", "attest")


def commands(command=govtrack, context=None):
    """Every command that is no group, with the words that call it."""
    context = context or click.Context(govtrack, info_name="govtrack")
    if not isinstance(command, click.Group):
        yield context.command_path, command
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        yield from commands(inner, click.Context(inner, info_name=name, parent=context))


def sections(text):
    """The text under each heading that names a command: `### govtrack evidence list`."""
    parts = re.split(r"^#{2,4} `(govtrack[^`]*)`.*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def said(body, option):
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", body)


def test_every_command_has_a_section():
    told = sections(CLI.read_text(encoding="utf-8"))

    assert [path for path, _ in commands() if path.partition(" [")[0] not in told] == []


def test_every_option_is_in_its_command_s_section():
    text = CLI.read_text(encoding="utf-8")
    told = sections(text)
    shared = told["govtrack"]
    missing = [
        f"{path} {option}"
        for path, command in commands()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
        and not said(told.get(path, ""), option)
        and not said(shared, option)
    ]

    assert missing == []


def test_every_option_of_the_program_itself_is_in_the_docs():
    body = sections(CLI.read_text(encoding="utf-8"))["govtrack"]

    for parameter in govtrack.params:
        for option in parameter.opts:
            assert said(body, option), option


def test_no_section_is_about_a_command_that_is_not_there():
    there = {path for path, _ in commands()} | {"govtrack"}

    assert set(sections(CLI.read_text(encoding="utf-8"))) - there == set()


def test_no_section_names_an_option_that_is_not_there():
    told = sections(CLI.read_text(encoding="utf-8"))

    for path, command in commands():
        known = {
            option
            for parameter in command.params
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        named = set(re.findall(r"`(--[a-z][a-z-]*)", told.get(path, "")))
        assert named - known == set(), path


def test_every_command_shows_an_example_line_by_line():
    example = "\b\nExamples:\n"

    told = {path: inspect.cleandoc(command.help or "") for path, command in commands()}

    assert [path for path, text in told.items() if example not in text] == []


def test_every_json_answer_in_the_docs_has_its_schema():
    text = CLI.read_text(encoding="utf-8")

    for name in re.findall(r"\]\(\.\./schemas/([\w.-]+)\)", text):
        schema = json.loads((shipped.folder("schemas") / name).read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_schema_that_ships_is_in_the_docs():
    text = CLI.read_text(encoding="utf-8")

    shipped_ = {path.name for path in shipped.folder("schemas").glob("*.schema.json")}
    assert {name for name in shipped_ if name not in text} == set()


def test_the_examples_of_the_working_papers_are_a_story_that_runs(run, workspace):
    told = {
        path: body
        for path, body in sections(CLI.read_text(encoding="utf-8")).items()
        if path.split()[1:2] in ([noun] for noun in WORKING_PAPERS)
    }
    lines = [
        (path, line)
        for path, body in told.items()
        for block in blocks(body, "sh")
        for line in block.replace("\\\n", " ").splitlines()
    ]
    # what else a line does on the way is the shell's
    lines = [(path, line.partition(" && ")[0]) for path, line in lines]
    (example,) = blocks(told["govtrack impact add"], "yaml")
    (workspace / "triage-assessment.yaml").write_text(example, encoding="utf-8")
    (workspace / "report.md").write_text("what was found")

    with freeze_time("2026-10-01T12:00:00Z"):
        run("system", "add", "triage", "--name", "Triage", "--generative", "--role", "provider")
        run(
            "add-evidence",
            "report.md",
            "--kind",
            "impact-assessment",
            "--system",
            "triage",
            "--supports",
            "MEASURE 2.6",
            "--approved-by",
            "eva",
            "--approved-on",
            "2026-09-30",
        )
        failed = []
        for path, line in lines:
            words, _, file = line.partition(" > ")
            done = run(*shlex.split(words)[1:])
            if file:
                (workspace / file).write_text(done.out, encoding="utf-8")
            if done.code not in ((0, 1) if path.endswith("check") else (0,)):
                failed.append((line, done.err))

    assert failed == []
    assert {path for path, _ in lines} == set(told)


def excluded(path):
    """What a person does to the sheet between its export and its import: decide on the rest."""
    book = openpyxl.load_workbook(path)
    page = book["Applicability"]
    at = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        if page.cell(row, at["control"]).value and not page.cell(row, at["applicable"]).value:
            page.cell(row, at["applicable"]).value = "no"
            page.cell(row, at["why"]).value = "No risk calls for it"
    book.save(path)


def test_the_guide_to_the_working_papers_is_a_story_that_runs(run, workspace):
    told = GUIDE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^ {4}(govtrack .*?)(?: +#.*)?$", told, flags=re.MULTILINE)
    (workspace / "impact.md").write_text("what was found")
    failed, codes = [], {}

    with freeze_time("2026-03-02T12:00:00Z"):
        for line in lines:
            words = shlex.split(line)[1:]
            if words[:2] == ["soa", "import"]:
                excluded(workspace / words[2])
                words.append("--yes")  # nobody can be asked here
            done = run(*words)
            codes[" ".join(words[:2])] = done.code
            # a check exits 1 where it finds something; nothing is achieved yet, so nothing declared
            if done.code not in ((0, 1) if "check" in words[1] or words[0] == "attest" else (0,)):
                failed.append((line, done.err))
        checked = run("impact", "check")

    assert failed == []
    assert codes["attest --scope"] == 1
    assert (checked.code, checked.out.split(" on ")[0]) == (0, "Nothing found"), checked.out


def test_every_code_of_an_exit_is_told():
    text = CLI.read_text(encoding="utf-8")

    for code in ("`0`", "`1`", "`2`", "`130`"):
        assert code in text


@pytest.mark.parametrize("language", ["csv", "yaml", "json", "jsonl"])
def test_the_examples_of_tables_are_read(language, tmp_path):
    (example,) = blocks(IMPORT.read_text(encoding="utf-8"), language)
    table = tmp_path / f"table.{language}"
    table.write_text(example, encoding="utf-8")
    for name in ("risks-2025.pdf", "evals.json"):
        (tmp_path / name).write_text(name)

    assert records.read(table, loading.catalogue()).records


def test_the_examples_of_tables_are_of_the_schema():
    text = IMPORT.read_text(encoding="utf-8")
    schema = json.loads((shipped.folder("schemas") / "import.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    lines = blocks(text, "jsonl")[0].splitlines()

    validator.validate(yaml.load(blocks(text, "yaml")[0], Loader=yaml.BaseLoader))  # noqa: S506
    validator.validate(json.loads(blocks(text, "json")[0]))
    validator.validate([json.loads(line) for line in lines])


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"records": []},
        [{"file": "a.txt"}],
        [{"kind": "risk-assessment"}],
        [{"file": "a.txt", "kind": "risk-assessment", "aproved_by": "Eva"}],
        [{"file": "a.txt", "kind": "risk-assessment", "prepared_on": "01/02/2025"}],
        [{"file": "a.txt", "kind": {"id": "risk-assessment"}}],
    ],
    ids=str,
)
def test_the_schema_of_tables_refuses_what_import_refuses(document):
    schema = json.loads((shipped.folder("schemas") / "import.schema.json").read_text())

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_every_column_is_in_the_docs_and_in_the_schema():
    from govtrack.intake.columns import COLUMNS  # noqa: PLC0415

    text = IMPORT.read_text(encoding="utf-8")
    schema = json.loads((shipped.folder("schemas") / "import.schema.json").read_text())
    properties = schema["$defs"]["record"]["properties"]

    assert [name for name in COLUMNS if f"`{name}`" not in text] == []
    assert [name for name in COLUMNS if name not in properties] == []


def test_the_readme_s_quick_start_is_two_blocks_of_commands():
    text = README.read_text(encoding="utf-8")
    quick_start = re.search(r"^## Quick start$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)

    assert quick_start is not None
    assert len(blocks(quick_start[1], "sh")) == 2


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_a_link_to_a_file_of_the_project_leads_there(path):
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)

    assert [link for link in links if not (path.parent / link).exists()] == []

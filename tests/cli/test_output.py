"""A pipe gets plain tab-separated lines; a terminal gets a drawn table; JSON is always readable."""

from __future__ import annotations

import io
import json

import pytest

from govtrack.cli import output


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


ROWS = [("EV-2025-0001", "A tab\there\nand a line", None), ("EV-2025-0002", "評価", 3)]


def test_a_pipe_gets_a_header_and_one_line_a_row(capsys):
    output.table(("id", "title", "files"), ROWS)

    assert capsys.readouterr().out == (
        "id\ttitle\tfiles\nEV-2025-0001\tA tab\\there\\nand a line\t\nEV-2025-0002\t評価\t3\n"
    )


def test_several_values_share_a_cell(capsys):
    output.table(("refs",), [(["MEASURE 2.6", "A.6.2.4"],), ((),)])

    assert capsys.readouterr().out == "refs\nMEASURE 2.6, A.6.2.4\n\n"


@pytest.mark.parametrize("columns", ["20", "80", "300"])
@pytest.mark.parametrize("term", ["dumb", "xterm-256color"])
def test_a_terminal_gets_every_cell_whole_and_no_escape_codes_without_colour(
    monkeypatch, columns, term
):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", term)
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)

    output.table(("id", "title"), [("EV-2025-0001", "word " * 60), ("EV-2025-0002", "[bold]評価")])

    drawn = terminal.getvalue()
    assert "\x1b" not in drawn
    assert drawn.count("word") == 60
    assert "…" not in drawn
    assert "[bold]" in drawn


def test_markup_in_a_cell_is_text(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)

    output.table(("title",), [("[red]not red[/red]",)])

    assert "[red]not red[/red]" in terminal.getvalue()


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_on_a_terminal(monkeypatch, variables, coloured):
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", Terminal())

    assert output.colour() is coloured


def test_json_keeps_the_order_of_keys_and_readable_characters(capsys):
    output.answer_json({"format": "govtrack.x/1", "b": "評価", "a": None})

    assert capsys.readouterr().out == (
        '{\n  "format": "govtrack.x/1",\n  "b": "評価",\n  "a": null\n}\n'
    )


def test_json_for_a_terminal_without_unicode_is_still_the_same_value(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), "ascii", errors="replace")
    monkeypatch.setattr("sys.stdout", stream)

    output.answer_json({"title": "Prüfung"})

    stream.flush()
    assert json.loads(stream.buffer.getvalue()) == {"title": "Prüfung"}


def test_no_progress_is_shown_where_nobody_watches(capsys):
    with output.progress("reading", 3) as advance:
        advance(1)

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 artefacts"), (1, "1 artefact"), (2, "2 artefacts")]
)
def test_a_count_agrees_with_its_noun(count, said):
    assert output.plural(count, "artefact") == said

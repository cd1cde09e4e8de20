"""Neither a template nor a title can do harm, and what is wrong is named with file and line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.errors import BadInput
from govtrack.packs import document

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=1>{{ 7*7 }}"


def page(tmp_path, source, **values):
    (tmp_path / "page.html.j2").write_text(source, encoding="utf-8")
    return document.render(document.environment([tmp_path]), "page.html.j2", values)


def test_a_value_is_escaped_and_never_becomes_a_template(tmp_path):
    shown = page(tmp_path, "<p title='{{ title }}'>{{ title }}</p>", title=HOSTILE)

    assert "<script>" not in shown
    assert "<img" not in shown
    assert shown.count("{{ 7*7 }}") == 2


@given(st.text())
def test_no_text_makes_markup_or_steers_the_page(tmp_path_factory, text):
    shown = page(tmp_path_factory.mktemp("t"), "{{ text }}", text=text)

    assert not set("<>\"'") & set(shown)
    assert all(char.isprintable() or char in "\n\u00ad" for char in shown)


def test_control_and_bidirectional_characters_are_seen(tmp_path):
    shown = page(tmp_path, "{{ text }}", text="invoice\u202efdp.exe\x07\r")

    assert shown == "invoice\\u202efdp.exe\\x07\\r"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../../../etc/passwd' %}",
        "{% extends 'elsewhere.html.j2' %}",
        "{% for %}",
        "{{ nope.x }}",
        "{{ title.nope }}",
        "{{ title | nosuchfilter }}",
        "{{ 1 / 0 }}",
        "{{ title[99] }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ range(1000000000) | list }}",
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_its_file_and_line(tmp_path, source):
    with pytest.raises(BadInput) as refused:
        page(tmp_path, f"first line\n{source}\n", title="a title")

    assert "page.html.j2:2" in str(refused.value)


def test_a_page_that_never_ends_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(document, "LONGEST", 10_000)

    with pytest.raises(BadInput, match="makes more than 10000 characters"):
        page(tmp_path, "{% for i in range(9999) %}{{ title }}{% endfor %}", title="a title")


def test_a_link_out_of_the_templates_folder_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "own").mkdir()
    (tmp_path / "own/page.html.j2").symlink_to(tmp_path / "secret")

    with pytest.raises(BadInput, match="no template"):
        document.render(document.environment([tmp_path / "own"]), "page.html.j2", {})


def test_a_template_of_ones_own_stands_before_the_shipped_one(tmp_path):
    for folder, words in (("own", "ours"), ("shipped", "theirs")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "page.html.j2").write_text(words)
    sandbox = document.environment([tmp_path / "own", tmp_path / "shipped"])

    assert document.render(sandbox, "page.html.j2", {}) == "ours"


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=1&c=2", "HTTP://example.org", "mailto:ada@example.org"]
)
def test_an_address_of_the_web_or_of_mail_becomes_a_link(address):
    assert document.linked(address).startswith('<a href="')


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:x",
        "data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "vbscript:x",
        "https://example.org/ and more words",
        "https://exa\u202emple.org", "http://[bad", "git 4f2e",
        "//example.org", "https:", "",
    ],
)  # fmt: skip
def test_anything_else_stays_text(text):
    assert "<a" not in document.linked(text)


def test_references_are_named_briefly_in_order():
    shown = document.briefly(["MAP 1.10", "A.5.2", "GOVERN 1.2", "MAP 1.2", "MAP 1"])

    assert shown.striptags() == "GOVERN 1.2; MAP 1, 1.2, 1.10; A.5.2"


def test_a_long_address_breaks_where_it_may():
    assert document.breakable("ada@<b>.example").count("<wbr>") == 1
    assert "<b>" not in document.breakable("ada@<b>.example")

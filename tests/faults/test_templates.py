"""A workspace's own template cannot reach past its page; what is wrong in it is named by line."""

from __future__ import annotations

import pytest

PAGES = {
    "soa": ("soa", "export", "--output", "out.html"),
    "profile": ("profile", "export", "--output", "out.html"),
    "impact": ("impact", "export", "--output", "out.html"),
    "risk": ("risk", "export", "--output", "out.html"),
    "trace": ("trace", "MEASURE 2.3", "--html", "out.html"),
}
TEMPLATES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''|attr('__class__') }}",
    "{{ cycler.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{% for %}",
    "{{ nope.x }}",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("source", TEMPLATES)
def test_a_template_that_reaches_out_or_cannot_be_used_is_refused_and_nothing_is_written(
    workspace, run, page, source
):
    own = workspace / "templates" / page / "page.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text(f"<p>first line</p>\n{source}\n")

    refused = run(*PAGES[page])

    assert (refused.code, refused.out) == (2, "")
    assert f"{own}:2: " in refused.err
    assert "root:" not in refused.err
    assert not (workspace / "out.html").exists()
    assert run("verify").code == 0

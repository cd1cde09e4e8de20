"""`govtrack config` says every setting, its value, and where the value comes from."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest

from govtrack import shipped


def schema(name):
    return json.loads((shipped.folder("schemas") / name).read_text(encoding="utf-8"))


def settings(result):
    assert result.code == 0, result.err
    return {one["setting"]: one for one in result.json()["settings"]}


def test_the_workspace_and_its_settings_are_listed_with_their_origin(run, workspace):
    rows = {row["setting"]: row for row in run("config").rows()}

    assert rows["workspace"]["value"] == str(workspace)
    assert rows["workspace"]["from"] == "found from the current folder upward"
    assert rows["organisation"] == {
        "setting": "organisation",
        "value": "Example Ltd",
        "from": "govtrack.toml",
    }


def test_a_setting_that_nobody_chose_comes_from_the_default(run, workspace):
    (workspace / "govtrack.toml").write_text("organisation = 'Example Ltd'\n")

    found = settings(run("config", "--json"))

    assert found["timezone"] == {"setting": "timezone", "value": "UTC", "origin": "default"}
    assert found["organisation"]["origin"] == "govtrack.toml"


def test_an_option_stands_before_a_variable_and_a_variable_before_the_folder(
    run, workspace, tmp_path, monkeypatch
):
    assert run("init", tmp_path / "other", "--organisation", "Other Ltd").code == 0
    monkeypatch.setenv("GOVTRACK_WORKSPACE", str(tmp_path / "other"))

    by_variable = settings(run("config", "--json"))
    by_option = settings(run("-C", workspace, "config", "--json"))

    assert by_variable["workspace"]["origin"] == "GOVTRACK_WORKSPACE"
    assert by_variable["organisation"]["value"] == "Other Ltd"
    assert by_option["workspace"]["origin"] == "-C"
    assert by_option["organisation"]["value"] == "Example Ltd"


def test_the_actor_comes_from_the_variable_then_git_then_the_login_name(
    run, workspace, monkeypatch
):
    def actor():
        return settings(run("config", "--json"))["actor"]

    assert actor()["value"] == "ada@example.org"
    assert actor()["origin"] == "GOVTRACK_ACTOR"

    monkeypatch.delenv("GOVTRACK_ACTOR")
    monkeypatch.setenv("LOGNAME", "lovelace")
    assert actor() == {"setting": "actor", "value": "lovelace", "origin": "the login name"}

    (workspace / ".git").mkdir()
    (workspace / ".git" / "config").write_text("[user]\n\temail = ada@git.example\n")
    assert actor()["value"] == "ada@git.example"
    assert actor()["origin"] == "git's user.email"


@pytest.mark.parametrize(
    ("variables", "value", "origin"),
    [
        ({"NO_COLOR": ""}, False, "not a terminal"),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, True, "FORCE_COLOR"),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, "NO_COLOR"),
        ({"NO_COLOR": "", "FORCE_COLOR": "1", "TERM": "dumb"}, False, "TERM"),
    ],
)
def test_colour_is_decided_by_the_known_variables(run, monkeypatch, variables, value, origin):
    monkeypatch.setenv("TERM", "xterm")
    for name, text in variables.items():
        monkeypatch.setenv(name, text)

    found = settings(run("config", "--json"))["colour"]

    assert (found["value"], found["origin"]) == (value, origin)


def test_outside_a_workspace_it_lists_what_there_is_and_makes_nothing(run, tmp_path):
    result = run("config", "--json", cwd=tmp_path)

    found = settings(result)
    assert found["workspace"]["value"] is None
    assert "organisation" not in found
    assert "actor" in found
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_is_named_and_not_there_is_refused(run, tmp_path):
    result = run("-C", tmp_path / "nowhere", "config")

    assert result.code == 2
    assert "no govtrack.toml in" in result.err


def test_the_settings_of_the_cycle_say_where_they_come_from(run, workspace):
    (workspace / "schemas").mkdir(exist_ok=True)
    (workspace / "schemas" / "cycle.yaml").write_text(
        "knobs:\n  usual_suspension_months:\n    value: 4\n    source: contract of 2025-01-10\n"
    )

    found = settings(run("config", "--json"))

    assert found["cycle.usual_suspension_months"]["value"] == 4
    assert "cycle.yaml" in found["cycle.usual_suspension_months"]["origin"]
    assert found["cycle.audit_day"]["origin"] == "default"


def test_a_variable_that_is_not_read_is_named_without_its_value(run, monkeypatch):
    monkeypatch.setenv("GOVTRACK_ACTR", "s3cret")

    result = run("config")

    assert result.err == (
        "note: GOVTRACK_ACTR is set, and is no variable govtrack reads; "
        "did you mean GOVTRACK_ACTOR?\n"
    )
    assert "s3cret" not in result.out + result.err


AUTHORITIES = """
[[timestamp]]
name = "one"
url = "https://stamps.example.org/tsr"
root = "roots/one.pem"

[[timestamp]]
name = "two"
url = "http://127.0.0.1:8080"
root = "/etc/roots/two.pem"
stamp = "asked"
"""


def test_each_time_stamping_authority_is_listed(run, workspace):
    path = workspace / "govtrack.toml"
    path.write_text(path.read_text() + AUTHORITIES)

    found = settings(run("config", "--json"))

    of_file = {"origin": "govtrack.toml"}
    one = found["timestamp.one.url"]
    assert (
        one == {"setting": "timestamp.one.url", "value": "https://stamps.example.org/tsr"} | of_file
    )
    assert found["timestamp.one.stamp"]["value"] == "day"
    assert found["timestamp.one.stamp"]["origin"] == "default"
    assert found["timestamp.two.stamp"]["value"] == "asked"
    assert found["timestamp.two.stamp"]["origin"] == "govtrack.toml"
    assert found["timestamp.two.root"]["value"] == "/etc/roots/two.pem"
    jsonschema.validate(tomllib.loads(path.read_text()), schema("govtrack.toml.schema.json"))


@pytest.mark.parametrize(
    "url", ["https://eva:secret@example.org", "ftp://example.org", "https://example.org/#x"]
)
def test_the_schema_refuses_the_addresses_that_the_program_refuses(url):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {"organisation": "x", "timestamp": [{"name": "x", "url": url, "root": "r"}]},
            schema("govtrack.toml.schema.json"),
        )


def test_the_json_answer_is_of_its_schema(run, workspace, tmp_path):
    for folder in (workspace, tmp_path):
        result = run("config", "--json", cwd=folder)
        jsonschema.validate(result.json(), schema("config.schema.json"))


def test_what_init_writes_is_of_the_schema_of_govtrack_toml(workspace):
    written = tomllib.loads((workspace / "govtrack.toml").read_text(encoding="utf-8"))

    jsonschema.validate(written, schema("govtrack.toml.schema.json"))

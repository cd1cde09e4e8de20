"""AI systems: what may be said of one, and every problem of it at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from govtrack import workspace as workspaces
from govtrack.aims import systems
from govtrack.aims.systems import SystemFields
from govtrack.errors import BadInput
from govtrack.register.recording import recording


@pytest.fixture
def recorded(workspace):
    """An open recording."""
    with recording(workspaces.read(Path(workspace)), "ada", dry_run=True) as recorded:
        yield recorded


def add(recorded, slug="chat", **said):
    identifier = systems.add(recorded, slug, SystemFields(**{"name": "Chat", **said}))
    return recorded.image("ai_system", recorded.next_key("ai_system") - 1) | {"id": identifier}


def test_what_is_said_is_kept(recorded):
    image = add(
        recorded, roles=("provider", "user"), generative=True, stage="deployment",
        owner="eva", purpose="answers", in_scope_from=date(2025, 1, 1),
    )  # fmt: skip

    assert {name: image[name] for name in image if name not in {"id", "recorded_on"}} == {
        "slug": "chat", "name": "Chat", "roles": ["provider", "user"], "generative": 1,
        "stage": "deployment", "owner": "eva", "purpose": "answers",
        "in_scope_from": "2025-01-01", "in_scope_to": None, "model": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Operation and monitoring", "operation-and-monitoring"),
        ("OPERATE-AND-MONITOR", "operation-and-monitoring"),
        ("plan and design", "inception"),
        ("retirement", "retirement"),
    ],
)
def test_a_stage_may_be_written_as_either_standard_writes_it(recorded, written, kept):
    assert add(recorded, stage=written)["stage"] == kept


def test_everything_wrong_is_named_at_once(recorded):
    with pytest.raises(BadInput) as refused:
        add(
            recorded, "Chat Bot", name=None, roles=("user", "usr"), stage="deploymnt",
            in_scope_from=date(2025, 1, 2), in_scope_to=date(2025, 1, 1),
        )  # fmt: skip

    assert [(one.field, one.nearest) for one in refused.value.problems] == [
        ("--role", "user"),
        ("--stage", "deployment"),
        ("--in-scope-to", None),
        ("slug", "chat-bot"),
        ("--name", None),
    ]


def test_a_slug_is_given_once(recorded):
    first = add(recorded)

    with pytest.raises(BadInput, match=f"'chat' is {first['id']} already"):
        add(recorded)


def test_a_system_is_found_by_slug_or_id_in_any_case_or_with_the_nearest(recorded):
    identifier = add(recorded)["id"]

    assert {systems.find(recorded, which).id for which in ("chat", "CHAT", identifier.lower())} == {
        identifier
    }
    with pytest.raises(BadInput) as refused:
        systems.find(recorded, "chatt")
    assert refused.value.problems[0].nearest == "chat"


def test_without_any_system_the_command_that_adds_one_is_named(recorded):
    with pytest.raises(BadInput, match="add it with 'govtrack system add'"):
        systems.find(recorded, "chat")


def test_a_change_leaves_what_it_does_not_name(recorded):
    before = add(recorded, roles=("provider", "user"), owner="eva")

    systems.change(recorded, "chat", SystemFields(roles=("user", "partner"), generative=True))

    after = recorded.image("ai_system", recorded.next_key("ai_system") - 1)
    assert {name for name in after if after[name] != before[name]} == {"roles", "generative"}
    assert after["roles"] == ["partner", "user"]


def test_a_day_out_of_scope_is_held_against_the_day_that_stands(recorded):
    add(recorded, in_scope_from=date(2025, 6, 1))

    with pytest.raises(BadInput, match="2025-05-31 is before the system came into scope"):
        systems.change(recorded, "chat", SystemFields(in_scope_to=date(2025, 5, 31)))

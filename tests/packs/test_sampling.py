"""A draw can be drawn again."""

from __future__ import annotations

import subprocess

from hypothesis import given
from hypothesis import strategies as st

from govtrack.packs import sampling

ids = st.lists(st.integers(1, 9999).map(lambda n: f"EV-2025-{n:04d}"), unique=True, max_size=200)


@given(ids, st.randoms())
def test_the_order_of_the_population_does_not_matter(members, random):
    shuffled = random.sample(members, len(members))

    assert sampling.draw(members, "Example", 2025) == sampling.draw(shuffled, "Example", 2025)


@given(ids)
def test_items_are_distinct_members_ranked_from_one(members):
    drawn = sampling.draw(members, "Example", 2025)

    found = [item.id for item in drawn.items]
    assert len(set(found)) == len(found) == sampling.size(len(members))
    assert set(found) <= set(members)
    assert [item.rank for item in drawn.items] == list(range(1, len(found) + 1))
    assert sorted(item.digest for item in drawn.items) == [item.digest for item in drawn.items]


@given(st.integers(0, 100_000))
def test_the_size_stays_between_its_bounds_and_never_falls(population):
    taken = sampling.size(population)

    assert taken <= population
    assert taken <= sampling.MOST
    assert taken >= min(population, sampling.LEAST)
    assert sampling.size(population + 1) >= taken


def test_a_changed_population_gives_another_seed():
    members = [f"EV-2025-{n:04d}" for n in range(1, 50)]

    one, other = (sampling.draw(some, "Example", 2025) for some in (members, members[1:]))

    assert one.seed != other.seed


def test_an_auditor_may_give_a_seed_of_his_own():
    members = [f"EV-2025-{n:04d}" for n in range(1, 50)]

    drawn = sampling.draw(members, "Example", 2025, "die Würfel: 4 4 2")

    assert drawn.seed.startswith("die Würfel: 4 4 2|")


def test_a_small_population_is_taken_whole():
    assert sampling.draw(["EV-2025-0001"], "Example", 2025).all_taken


def test_the_draw_is_repeated_with_a_shell_alone(tmp_path):
    members = [f"EV-2025-{n:04d}" for n in range(1, 150)]
    drawn = sampling.draw(members, "Müller & Söhne", 2025)
    (tmp_path / "population.txt").write_text(sampling.population_text(members))
    (tmp_path / "seed.txt").write_text(f"{drawn.seed}\n")
    script = """
        seed=$(cat seed.txt)
        while read -r id; do
          printf '%s  %s\\n' "$(printf '%s' "$seed|$id" | sha256sum | cut -c1-64)" "$id"
        done < population.txt | sort | head -n 13
    """

    again = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout

    assert again == "".join(f"{item.digest}  {item.id}\n" for item in drawn.items)

"""How many of the Playbook's questions the evidence behind a profile's rows answers.

The questions are paraphrased data (schemas/documentation.yaml, set playbook). A row is asked one
where its subcategory is named by the question, or where an artefact behind it should answer it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.catalog.documentation import documentation
from govtrack.catalog.profile_refs import actions, subcategory_of
from govtrack.register.nouns import EVIDENCE, key_of
from govtrack.status.documentation import Tested, told
from govtrack.status.evidence import Filter, documents

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.documentation import Verdict
    from govtrack.status.profile_rows import Row

SET = "playbook"


class Question(NamedTuple):
    """A question of the Playbook, paraphrased."""

    id: str
    title: str


class Answered(NamedTuple):
    """How many questions a row is asked and how many its evidence answers; which it does not."""

    asked: int
    answered: int
    unanswered: tuple[Question, ...]

    @property
    def words(self) -> str:
        """`2 of 3`; empty where nothing is asked."""
        return f"{self.answered} of {self.asked}" if self.asked else ""


class Playbook(NamedTuple):
    """Whose questions they are, and what is answered of them by the reference of each row."""

    source: str
    rows: Mapping[str, Answered]


def playbook(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, rows: Iterable[Row]
) -> Playbook:
    """What the evidence listed in `rows` answers on `day`; it is read in bulk."""
    asked = documentation(catalogue)
    # only the Playbook's criteria are tested: what 7.5 asks is not of the profile
    questions = tuple(one for one in asked.criteria if one.set == SET)
    tested = Tested(asked._replace(criteria=questions), catalogue)
    rows = tuple(rows)
    keys = {key_of(identifier, EVIDENCE) for row in rows for identifier in row.ids}
    verdicts: dict[str, tuple[Verdict, ...]] = {}
    for document in documents(connection, Filter(keys=tuple(sorted(keys))), day):
        kind = catalogue.kinds.get(document["kind"])
        one = told(document, kind.form if kind else "record", day.isoformat())
        verdicts[one.id] = tested.verdicts(one)
    subcategories = actions(catalogue)
    found = {}
    for row in rows:
        behind = [verdict for identifier in row.ids for verdict in verdicts.get(identifier, ())]
        expected = {verdict.criterion.id for verdict in behind}
        met = {verdict.criterion.id for verdict in behind if verdict.outcome == "met"}
        of = subcategory_of(row.ref, subcategories)
        wanted = [one for one in questions if of in one.refs or one.id in expected]
        open_ = tuple(Question(one.id, one.title) for one in wanted if one.id not in met)
        found[row.ref] = Answered(len(wanted), len(wanted) - len(open_), open_)
    (source,) = (one.source for one in asked.sets if one.id == SET)
    return Playbook(source, found)

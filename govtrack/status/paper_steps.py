"""The first step to each working paper that is not begun, then what weighs most in those that are.

It asks by counting, not by running the checks: what to do next has to be said at once. The checks
(`govtrack risk check`, `govtrack soa check`) say the rest.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status.findings import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.vocabulary import Wording

MOST = 3
"""How many findings of a sort are named."""

_BEGUN = """
SELECT EXISTS (SELECT 1 FROM ai_system) OR EXISTS (SELECT 1 FROM evidence),
  EXISTS (SELECT 1 FROM risk_criteria WHERE in_force_from <= :day),
  EXISTS (SELECT 1 FROM applicability WHERE decided_on <= :day),
  EXISTS (SELECT 1 FROM profile_row WHERE set_on <= :day)
"""

_WITHOUT_RISK = """
SELECT slug FROM ai_system
WHERE (in_scope_from IS NULL OR in_scope_from <= :day)
  AND (in_scope_to IS NULL OR in_scope_to >= :day) AND NOT EXISTS (
  SELECT 1 FROM risk WHERE system = ai_system.id AND identified_on <= :day)
ORDER BY key LIMIT :most
"""

_OPEN = "identified_on <= :day AND (closed_on IS NULL OR closed_on > :day)"

# the highest level that all of the impact levels affected accept, as `residual_risks` takes it
_ABOVE = f"""
SELECT risk.id, risk.title, last.level FROM risk
JOIN risk_assessment AS last ON last.risk = risk.key AND last.position = (
  SELECT one.position FROM risk_assessment AS one
  WHERE one.risk = risk.key AND one.assessed_on <= :day
  ORDER BY one.assessed_on DESC, one.position DESC LIMIT 1)
JOIN risk_criteria ON risk_criteria.id = last.criteria
JOIN risk_level ON risk_level.criteria = risk_criteria.key AND risk_level.word = last.level
WHERE {_OPEN} AND NOT EXISTS (
    SELECT 1 FROM risk_treatment WHERE risk = risk.key AND decided_on <= :day)
  AND risk_level.position > (
    SELECT min(accepted.position) FROM risk_acceptable JOIN risk_level AS accepted
      ON accepted.criteria = risk_acceptable.criteria AND accepted.word = risk_acceptable.level
    WHERE risk_acceptable.criteria = risk_criteria.key AND (
      impact_level IN (SELECT impact_level FROM risk_affected WHERE risk = risk.key)
      OR NOT EXISTS (SELECT 1 FROM risk_affected WHERE risk = risk.key)))
ORDER BY risk_level.position DESC, risk.key LIMIT :most
"""  # noqa: S608  (nothing but the SQL of this module)

_NOT_ASSESSED = f"""
SELECT id, title, identified_on FROM risk WHERE {_OPEN} AND NOT EXISTS (
  SELECT 1 FROM risk_assessment WHERE risk = risk.key AND assessed_on <= :day)
ORDER BY key LIMIT :most
"""  # noqa: S608

_UNDECIDED = """
SELECT value FROM json_each(:controls) WHERE value NOT IN (
  SELECT control FROM applicability WHERE system IS NULL AND decided_on <= :day)
"""


class PaperStep(NamedTuple):
    """Something worth doing about a working paper: what, why, the command."""

    what: str
    why: str
    command: str


def paper_steps(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, words: Wording
) -> Iterator[PaperStep]:
    """What is not begun on `day`, then what weighs most; nothing in an empty workspace."""
    given = {"day": day.isoformat(), "most": MOST}
    any_, criteria, decided, profile = connection.execute(_BEGUN, given).fetchone()
    if not any_:
        return
    if not criteria:
        yield PaperStep(
            f"set the {words('risk-criteria')}",
            "none are in force (6.1.2, MAP 1.5): nothing can be assessed",
            "govtrack criteria set --in-force-from DATE --decided-by WHO",
        )
    for (slug,) in connection.execute(_WITHOUT_RISK, given):
        yield PaperStep(
            f"find the risks of {slug}",
            "in scope, and no risk of it is recorded (6.1.2, 8.2; MAP 5)",
            f"govtrack risk suggest --system {slug}",
        )
    if not decided:
        yield PaperStep(
            "decide on each control",
            "nothing is decided: no control is applicable until somebody says so (6.1.3)",
            "govtrack soa export --output soa.xlsx",
        )
    if not profile:
        yield PaperStep(
            "set the profile: where you are and where you want to be",
            "nothing is set (NIST AI 100-1, section 6)",
            "govtrack profile set SUBCATEGORY --current STATE --target STATE",
        )
    yield from _weighing_most(connection, catalogue, given, decided=bool(decided))


def _weighing_most(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    given: dict[str, object],
    *,
    decided: bool,
) -> Iterator[PaperStep]:
    for identifier, title, level in connection.execute(_ABOVE, given):
        yield PaperStep(
            f"treat {identifier} '{title}'",
            f"stands at {level}, above what the criteria accept, and nothing is done about it",
            f"govtrack risk treat {identifier} --option WORD --what TEXT --owner WHO --due DATE",
        )
    for identifier, title, since in connection.execute(_NOT_ASSESSED, given):
        yield PaperStep(
            f"assess {identifier} '{title}'",
            f"identified on {since}, and not assessed (6.1.2)",
            f"govtrack risk assess {identifier} --likelihood WORD --consequence-rating WORD",
        )
    if decided:
        controls = [one.ref for one in catalogue.leaves("iso") if one.level == "control"]
        asked = {**given, "controls": json.dumps(controls)}
        open_ = [row[0] for row in connection.execute(_UNDECIDED, asked)]
        if open_:
            more = f" and {len(open_) - 1} more" if len(open_) > 1 else ""
            yield PaperStep(
                f"decide on {open_[0]}{more}",
                "undecided: neither applicable nor excluded (6.1.3)",
                f"govtrack soa set {quoted(open_[0])} --applicable --why TEXT",
            )

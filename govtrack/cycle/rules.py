"""The rules of the cycle as people read them: `R-06` could be taken for a risk of the register.

Data and code keep the names of docs/cycle.md; what is printed says `rule 06`, with its clause where
no source stands beside it.
"""

from __future__ import annotations

import re

_BODY = "ISO/IEC 17021-1"
_CLAUSES = {
    "01": f"{_BODY} 9.3.1",
    "02": f"{_BODY} 9.5.3.2",
    "03": f"{_BODY} 8.2.2, 9.6.3.2.3",
    "04": f"{_BODY} 9.1.3.2",
    "05": f"{_BODY} 9.1.3.3",
    "06": f"{_BODY} 9.1.3.3",
    "07": f"{_BODY} 9.1.3.2",
    "08": f"{_BODY} 9.6.3.2",
    "09": f"{_BODY} 9.6.3.2",
    "10": f"{_BODY} 9.6.3.2",
    "11": f"{_BODY} 9.6.3.2.5",
    "13": f"{_BODY} 9.1.3.3",
    "14": f"{_BODY} 9.6.5",
    "15": f"{_BODY} 9.6.5",
    "16": f"{_BODY} 9.6.4",
    "17": "IAF MD 2",
    "22": f"{_BODY} 9.6.2.2",
}
"""What each rule rests on; one that is missing is a reading or a habit of ours."""

_NAMED = re.compile(r"\bR-(\d\d)\b(?!-)")


def named(text: str) -> str:
    """`R-06, R-10` as `rule 06, rule 10`."""
    return _NAMED.sub(r"rule \1", text)


def cited(text: str) -> str:
    """The rules that a sentence names, each with the clause it rests on in square brackets."""
    return _NAMED.sub(_cited, text)


def _cited(found: re.Match[str]) -> str:
    clause = _CLAUSES.get(found[1])
    # a sentence that names the clause itself need not hear it twice
    said = clause is None or clause in found.string
    return f"rule {found[1]}" if said else f"rule {found[1]} [{clause}]"

"""What is asked of `verify` beyond its steps."""

from __future__ import annotations

from typing import NamedTuple


class Asked(NamedTuple):
    """How thorough a check is to be; as it stands, everything that its steps can show."""

    rebuild: bool = False
    """Make every table again from the entries, in a second database, and compare row by row."""
    sample: float | None = None
    """The share of objects whose bytes are hashed, above 0 and up to 1; None: all of them."""
    seed: str | None = None
    """What the sample is drawn by; None: a new one, which the answer says."""

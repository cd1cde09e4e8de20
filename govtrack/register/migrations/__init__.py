"""Steps from one schema to the next: `m0002_<what>.py` holds `upgrade(op)` from schema 1 to 2.

Entries are never rewritten, so a column that a step adds is nullable and empty: a value in it
would be one that no entry says, and `verify` would find it.
"""

"""Steps from one schema to the next: `m0002_<what>.py` holds `upgrade(op)` from schema 1 to 2."""

"""Proof without a database: canonical entries and the tree over them."""

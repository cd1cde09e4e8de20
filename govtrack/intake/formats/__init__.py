"""Readers of files, one a format; each gives rows of text under the names the file uses."""

"""Other tools' files and tables, read into values that the register can record."""

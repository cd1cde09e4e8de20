"""Other tools' files and tables, read into what can be recorded; nothing here writes."""

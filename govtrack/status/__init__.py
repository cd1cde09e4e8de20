"""Questions across nouns; nothing here writes."""

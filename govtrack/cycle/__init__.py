"""When things fall due, computed from dates alone."""

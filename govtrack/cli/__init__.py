"""Words on a terminal: the only layer that prints and exits."""

"""What the standards ask: frameworks, crosswalks, kinds of evidence, vocabulary."""

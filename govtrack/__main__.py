"""`python -m govtrack` is `govtrack`."""

from govtrack.cli.main import main

main()

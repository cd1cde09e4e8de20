"""`govtrack impact export`: document 24 by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.files import form_of, put
from govtrack.cli.impact_read import SYSTEM, asked, registered
from govtrack.cli.options import as_of_option, recorded_by_option
from govtrack.cli.output import plural, talk
from govtrack.errors import visible

if TYPE_CHECKING:
    from datetime import date


@click.command()
@click.option("--output", required=True, metavar="FILE",
              help="A .html, .pdf, .xlsx, .csv or .json file that is not there yet.")  # fmt: skip
@SYSTEM
@as_of_option
@recorded_by_option
def export(
    *, output: str, system: str | None, as_of: date | None, recorded_by: date | None
) -> None:
    r"""Write the register of assessments: per system benefits and harms at both frameworks' levels.

    \b
    Examples:
      govtrack impact export --output impacts.pdf
      govtrack impact export --system triage --as-of 2025-12-31 --output triage.xlsx
    """
    from govtrack.packs import impact_register

    form = form_of(output, impact_register.FORMS)
    with asked(as_of, recorded_by) as (space, connection, catalogue, day):
        found = registered(connection, catalogue, day, system)
        content = impact_register.written(connection, space, catalogue, found, form, recorded_by)
    put(Path(output), content)
    talk(f"Wrote {plural(len(found.assessments), 'assessment')} to {visible(output)}")

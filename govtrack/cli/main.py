"""The table of commands, and the one place where refusals become exit codes."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import NoReturn

import click

from govtrack import __version__
from govtrack.cli.lazy import Lazy, LazyGroup
from govtrack.cli.output import width
from govtrack.errors import Refusal, visible

RECORD, PAPERS, ASK, CYCLE, PACK, STANDARDS, CARE = (
    "Record", "Working papers", "Ask", "Cycle", "Hand over", "What the standards ask", "Workspace and trail",
)  # fmt: skip

COMMANDS = {
    "add-evidence": Lazy("govtrack.cli.add_evidence:add", "Record an artefact as evidence.", RECORD),
    "evidence": Lazy("govtrack.cli.evidence:evidence", "List, show, approve and tag evidence.", RECORD),
    "system": Lazy("govtrack.cli.system:system", "The AI systems in scope.", RECORD),
    "certification": Lazy("govtrack.cli.certification:certification", "Decisions and external audits of the certification body.", RECORD),
    "import": Lazy("govtrack.cli.import_:import_", "Record many pieces of evidence from a table.", RECORD),
    "criteria": Lazy("govtrack.cli.criteria:criteria", "AI risk criteria: scales, matrix, levels.", PAPERS),
    "risk": Lazy("govtrack.cli.risk:risk", "AI risks: assessed, treated, accepted, checked.", PAPERS),
    "impact": Lazy("govtrack.cli.impact:impact", "AI system impact assessments: benefits, harms, reviews.", PAPERS),
    "soa": Lazy("govtrack.cli.soa:soa", "The Statement of Applicability: controls, reasons, versions.", PAPERS),
    "profile": Lazy("govtrack.cli.profile:profile", "AI RMF profiles: current, target, gaps.", PAPERS),
    "attest": Lazy("govtrack.cli.attest:attest", "Self-attestations to the AI RMF.", PAPERS),
    "coverage": Lazy("govtrack.cli.coverage:coverage", "Which requirements have evidence in force.", ASK),
    "arrangements": Lazy("govtrack.cli.arrangements:arrangements", "Three ways of using both frameworks together.", ASK),
    "next": Lazy("govtrack.cli.next:next_", "The ten most valuable things to do now.", ASK),
    "documents": Lazy("govtrack.cli.documents:documents", "The master list of documented information.", ASK),
    "trace": Lazy("govtrack.cli.trace:trace", "From a requirement or record along its ties, to the evidence.", ASK),
    "log": Lazy("govtrack.cli.log:log", "What was recorded, by whom and when.", ASK),
    "cycle": Lazy("govtrack.cli.cycle:cycle", "The certification cycle: status, audits due, breaches.", CYCLE),
    "remind": Lazy("govtrack.cli.remind:remind", "What is due, and what is overdue.", CYCLE),
    "audit-pack": Lazy("govtrack.cli.audit_pack:audit_pack", "Write the internal audit pack of a year.", PACK),
    "requirements": Lazy("govtrack.cli.requirements:requirements", "Subcategories, clauses, controls, GenAI risks.", STANDARDS),
    "crosswalk": Lazy("govtrack.cli.crosswalk:crosswalk", "What corresponds to a requirement, by source.", STANDARDS),
    "kinds": Lazy("govtrack.cli.kinds:kinds", "Kinds of evidence and what they support.", STANDARDS),
    "vocabulary": Lazy("govtrack.cli.vocabulary:vocabulary", "A term in both vocabularies.", STANDARDS),
    "init": Lazy("govtrack.cli.init:init", "Make a workspace.", CARE),
    "demo": Lazy("govtrack.cli.demo:demo", "Make the sample organisation's workspace and its pack.", CARE),
    "verify": Lazy("govtrack.cli.verify:verify", "Prove that register, trail and objects agree.", CARE),
    "backup": Lazy("govtrack.cli.backup:backup", "Back up the workspace into one file, checked.", CARE),
    "restore": Lazy("govtrack.cli.restore:restore", "Make a workspace again from a backup.", CARE),
    "trail": Lazy("govtrack.cli.trail:trail", "The trail: checkpoints, keys, proofs.", CARE),
    "gc": Lazy("govtrack.cli.gc:gc", "Remove what interrupted commands left behind.", CARE),
    "migrate": Lazy("govtrack.cli.migrate:migrate", "Bring an older register to this version's schema.", CARE),
    "config": Lazy("govtrack.cli.config:config", "Every setting, and where its value comes from.", CARE),
    "completion": Lazy("govtrack.cli.completion:completion", "Print the completion script of a shell.", CARE),
}  # fmt: skip


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with 'govtrack demo', or 'govtrack init --organisation NAME'. Exit codes: 0 done, "
    "1 a check failed or it could not be done, 2 bad usage or input.",
)
@click.option("-C", "directory", metavar="DIR", envvar="GOVTRACK_WORKSPACE",
              help="Work in the workspace at (or above) DIR.")  # fmt: skip
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.version_option(__version__, message="govtrack %(version)s")
def govtrack(directory: str | None, *, debug: bool) -> None:
    """Evidence for NIST AI RMF and ISO/IEC 42001: recorded once, counted for both, proved later."""
    click.get_current_context().obj = {"directory": directory, "debug": debug}


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 not done, 2 bad usage or input, 130 interrupted."""
    # a command lives for a moment: looking for garbage while modules load is an eighth of it
    gc.set_threshold(100_000)
    # nor at its end: the system takes back the memory of a process anyway
    atexit.register(gc.freeze)
    _speak_utf8_or_replace()
    arguments = sys.argv[1:] if arguments is None else arguments
    code = _run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _quiet_broken_pipe()
    except OSError as error:
        code = _failed(f"the answer could not be written: {error.strerror}")
    sys.exit(code)


def _run(arguments: list[str]) -> int:  # noqa: PLR0911  (one return for each way to end)
    try:
        result = govtrack.main(
            arguments, prog_name="govtrack", standalone_mode=False, terminal_width=min(width(), 100)
        )
    except Refusal as refusal:
        for problem in refusal.problems:
            _failed(problem.sentence(), problem.nearest)
        return refusal.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt):
        _failed("interrupted; nothing more was recorded")
        return 130
    except BrokenPipeError:
        return _quiet_broken_pipe()
    except Exception as error:  # noqa: BLE001  (the last resort: a sentence, not a traceback)
        return _unexpected(error, debug="--debug" in arguments)
    return result if isinstance(result, int) else 0


def _usage(error: click.ClickException) -> int:
    _failed(error.format_message())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(f"  see '{error.ctx.command_path} --help'", err=True)
    return error.exit_code


def _unexpected(error: Exception, *, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exc()
    if isinstance(error, OSError):
        place = f"{visible(os.fsdecode(error.filename))}: " if error.filename else ""
        return _failed(f"{place}{error.strerror or error}")
    if isinstance(error, UnicodeEncodeError):
        return _not_text(error)
    if isinstance(error, RecursionError | MemoryError):
        return _failed("the input is too deeply nested or too large to read")
    return _failed(
        f"unexpected {type(error).__name__}: {visible(str(error))} (a bug: please report it with "
        "the output of the same command and --debug)"
    )


def _not_text(error: UnicodeEncodeError) -> int:
    """Bytes of the command line or the environment that are not text reach us as surrogates."""
    given = visible(error.object[:100])
    _failed(f"'{given}' is not text in the terminal's encoding; UTF-8 is expected")
    return 2


def _failed(sentence: str, nearest: str | None = None) -> int:
    hint = f"\n  did you mean '{visible(nearest)}'?" if nearest else ""
    click.echo(f"govtrack: {sentence}{hint}", err=True)
    return 1


def _speak_utf8_or_replace() -> None:
    """A terminal that cannot show a character gets a substitute, never a failure."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def _quiet_broken_pipe() -> int:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0

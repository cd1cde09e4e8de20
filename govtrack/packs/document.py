"""Templates to pages: Jinja in its sandbox, so that neither a template nor a title can do harm.

A workspace's own `templates/` stands before the shipped ones, file by file. Every value is escaped,
its control and bidirectional characters are shown; a name that is not defined is an error with the
template's file and line, never an empty place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from govtrack.errors import BadInput, Problem, visible
from govtrack.packs import profile_figure, risk_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

LONGEST = 64 << 20  # characters of one document: 5,000 artefacts make about 6 million
LONGEST_TEXT = 1 << 20  # characters that one expression of a template may make by itself
WHOLE = 24  # characters that fit every column
FUNCTIONS = ("GOVERN", "MAP", "MEASURE", "MANAGE")
LINKED = frozenset({"http", "https", "mailto"})
# links that lead out of a printed page would carry this machine's paths: only the page's own,
# and addresses that mean the same everywhere, are left
LOCAL_LINKS = re.compile(r' href="(?!#|https?:|mailto:)[^"]*"')
_GLOBALS = ("dict", "range")
_WIDE = {"center", "indent", "format", "wordwrap", "batch", "slice", "xmlattr", "urlize", "pprint"}
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class _Folders(BaseLoader):
    """Templates of these folders only; a link that leads out of them is not followed."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = [folder.resolve() for folder in folders]

    def get_source(
        self,
        environment: Any,  # noqa: ANN401, ARG002  (Jinja's signature)
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        for folder in self.folders:
            path = (folder / template.lstrip("/")).resolve()
            if path.is_relative_to(folder) and path.is_file():
                try:
                    return path.read_text(encoding="utf-8"), str(path), lambda: True
                except UnicodeDecodeError as error:
                    raise _refusal(f"not UTF-8 at byte {error.start}", str(path)) from None
        raise TemplateNotFound(template)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with arithmetic that cannot fill the memory."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or (operator in "*%" and not numbers):
            raise SecurityError(f"'{operator}' is only for numbers here")
        result = super().call_binop(context, operator, left, right)
        if hasattr(result, "__len__") and len(result) > LONGEST_TEXT:
            raise SecurityError(f"'{operator}' made more than {LONGEST_TEXT} characters")
        return result


def environment(folders: Sequence[Path]) -> ImmutableSandboxedEnvironment:
    """A sandbox whose templates come from `folders`, the first that has a name wins."""
    sandbox = _Sandbox(
        loader=_Folders(folders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sandbox.globals = {name: sandbox.globals[name] for name in _GLOBALS}
    sandbox.filters = {n: f for n, f in sandbox.filters.items() if n not in _WIDE}
    sandbox.filters |= {
        "linked": linked,
        "anchor": anchor,
        "breakable": breakable,
        "briefly": briefly,
    }
    sandbox.filters["thousands"] = thousands
    sandbox.filters["profile_figure"] = profile_figure.figure
    sandbox.filters |= {"risk_matrix": risk_figures.matrix, "risk_trend": risk_figures.trend}
    return sandbox


def render(sandbox: ImmutableSandboxedEnvironment, name: str, values: Mapping[str, object]) -> str:
    """The page that template `name` makes of `values`.

    Raises `BadInput` naming the template's file and line where it cannot be made.
    """
    parts: list[str] = []
    length = 0
    try:
        for part in sandbox.get_template(name).generate(values):
            parts.append(part)
            length += len(part)
            if length > LONGEST:
                raise _refusal(f"makes more than {LONGEST} characters", name)
    except BadInput:
        raise
    except TemplateSyntaxError as error:
        raise _refusal(str(error.message), error.filename or name, error.lineno) from None
    except TemplateNotFound as error:
        message = f"there is no template '{visible(str(error.name))}' in the templates folders"
        raise _refusal(message, *_place(error, name)) from None
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
            RecursionError, MemoryError) as error:  # fmt: skip
        raise _refusal(visible(str(error) or type(error).__name__), *_place(error, name)) from None
    return "".join(parts)


def linked(text: str | None) -> Markup:
    """`text` as a link where it is an http, https or mailto address, else as plain text."""
    if not text:
        return Markup("")
    shown = escape(_shown(text))
    try:
        parts = urlsplit(text)
    except ValueError:
        return shown
    if parts.scheme.lower() not in LINKED or not (parts.netloc or parts.path) or _unclean(text):
        return shown
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(text, shown)


def anchor(ref: str) -> str:
    """`MEASURE 2.6` as an HTML id: `measure-2.6`."""
    return re.sub(r"[^a-z0-9.]+", "-", ref.lower()).strip("-")


def breakable(text: str) -> Markup:
    """`text` that breaks after an @, a slash or an underscore, as addresses and paths are long."""
    parts = [str(_shown(part)) for part in re.split(r"(?<=[@/_])", text)]
    # the printer takes a whole span to the next line, but would break in the middle of plain text
    whole = Markup('<span class="nowrap">{}</span>')
    return Markup("<wbr>").join(
        whole.format(part) if len(part) <= WHOLE and " " not in part else part for part in parts
    )


def briefly(refs: Iterable[str]) -> Markup:
    """`GOVERN 1.3, 1.4; A.5.2`: references by function, in order, each function named once."""
    groups: dict[str, list[str]] = {}
    for ref in sorted(refs, key=_in_order):
        function, space, number = ref.partition(" ")
        groups.setdefault(function if space else "", []).append(number or ref)
    first = Markup('<span class="nowrap">{}</span>')
    return Markup("; ").join(
        Markup(", ").join([first.format(f"{function} {numbers[0]}".strip()), *numbers[1:]])
        for function, numbers in groups.items()
    )


def _in_order(ref: str) -> tuple[int, list[int], str]:
    function = ref.partition(" ")[0]
    place = FUNCTIONS.index(function) if function in FUNCTIONS else len(FUNCTIONS)
    return place, [int(number) for number in re.findall(r"\d+", ref)], ref


def thousands(number: int) -> Markup:
    """`1 234 567`, with spaces that do not break."""
    return Markup(f"{number:,}".replace(",", "&#8239;"))  # noqa: S704  (digits only)


def _shown(value: object) -> object:
    """What an expression gives, with characters that steer a screen made visible."""
    if value is None:
        return ""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "\n".join(map(visible, value.split("\n")))


def _unclean(text: str) -> bool:
    return not text.isprintable() or " " in text or _BIDI.search(text) is not None


def _place(error: BaseException, name: str) -> tuple[str, int | None]:
    """The innermost template frame of a traceback: its file and line."""
    found: tuple[str, int | None] = (name, None)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith((".j2", ".css", ".js")):
            found = (file, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _refusal(message: str, file: str, line: int | None = None) -> BadInput:
    return BadInput(Problem(message, file if line is None else f"{file}:{line}"))

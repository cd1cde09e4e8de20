"""The shape of a record in a file: which fields, of what form; each fault is one problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.errors import Problem, closest, not_one_of, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from govtrack.catalog.sources.yaml_text import Place, Source

Form = str | tuple[str, ...]
"""`text`, `number`, `flag`, `texts`, `mapping`, `records`, `any`; with `?` null is allowed.

A tuple lists the words allowed.
"""


def _text(value: object) -> bool:
    # an identifier such as 4 reads as a whole number
    return (isinstance(value, str) and value.strip() != "") or type(value) is int


_FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (_text, "some text"),
    "number": (lambda value: type(value) is int and value > 0, "a whole number above 0"),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "texts": (
        lambda value: _text(value) or (isinstance(value, list) and all(map(_text, value))),
        "a text or a list of texts",
    ),
    "mapping": (lambda value: isinstance(value, dict), "a mapping (name: value)"),
    "records": (
        lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
        "a list of mappings",
    ),
    "any": (lambda value: value is not None, "a value"),
}


def check(
    source: Source, place: Place, fields: Mapping[str, Form], required: Sequence[str] = ()
) -> list[Problem]:
    """What is wrong with the mapping at `place`: not one, unknown, missing or ill-formed fields."""
    value = at(source.data, place)
    if not isinstance(value, dict):
        return [source.problem(place, "expected a mapping (name: value)")]
    problems = [
        source.problem(place, f"'{name}' is missing") for name in required if name not in value
    ]
    for name, given in value.items():
        problems.extend(_field(source, (*place, name), given, fields))
    return problems


def _field(
    source: Source, place: Place, given: object, fields: Mapping[str, Form]
) -> Iterator[Problem]:
    name = str(place[-1])
    form = fields.get(name)
    if form is None:
        message = f"unknown field; known are {', '.join(fields)}"
        yield source.problem(place, message, closest(name, fields))
    elif isinstance(form, tuple):
        if given not in form:
            message = not_one_of(str(given), form)
            yield source.problem(place, message, closest(str(given), form))
    elif not (form.endswith("?") and given is None):
        fits, expected = _FORMS[form.rstrip("?")]
        if not fits(given):
            yield source.problem(place, f"expected {expected}")


def at(data: Any, place: Place) -> Any:  # noqa: ANN401  (whatever was written there)
    """What stands at `place` in `data`."""
    for step in place:
        data = data[step]
    return data


def texts(value: object) -> list[str]:
    """A text or list of texts, as a list of texts."""
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def text(value: object) -> str | None:
    """A text as text: a whole number is what it was written as."""
    return None if value is None else str(value)


def unknown(source: Source, place: Place, ref: str, known: Mapping[str, object]) -> Problem:
    """An identifier that nothing has."""
    return unknown_of(source, place, ref, known, "the catalogue")


def unknown_of(
    source: Source, place: Place, ref: str, known: Mapping[str, object], what: str
) -> Problem:
    """A name that `what` does not hold."""
    return source.problem(place, f"'{visible(ref)}' is not in {what}", closest(ref, known))

"""The verbs about holidays: freezing them for a contract, and what would change if they were frozen again."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsm_contracts._display import escape_text
from ecsm_contracts.adapters import read_contract, write_atomically
from ecsm_contracts.calendars import HolidaySet, diff_holidays, freeze_holidays, freeze_market_holidays
from ecsm_contracts.errors import DocumentError, EcsmError, InvalidValue, UnknownReference, did_you_mean, shown

if TYPE_CHECKING:
    from argparse import Namespace


__all__ = ["diff", "freeze"]

_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_PLAIN = re.compile(r"[^\W\d_](?:[\w .,;()'’:/+-]*[\w.)'’])?")
_NOT_PLAIN = re.compile(r": |:$| #")
_YAML_WORDS = frozenset(["y", "n", "yes", "no", "true", "false", "on", "off", "null"])
"""Words that are no texts to some readers of YAML: Norway's code among them."""


def freeze(options: Namespace) -> int:
    """Print, or write, the part of a contract document that holds the frozen holidays."""
    frozen = _freeze(options)
    form = _form(options)
    text = _yaml(frozen) if form == "yaml" else _json(frozen)
    if options.output is None:
        sys.stdout.write(text)
    else:
        write_atomically(options.output, text)
    return 0


def _freeze(options: Namespace) -> HolidaySet:
    asked: dict[str, Any] = {
        "categories": tuple(options.category),
        "observed": not options.not_observed,
        "language": options.language,
    }
    if not options.market:
        return freeze_holidays(options.place, options.years, options.subdivision, **asked)
    if options.subdivision is not None:
        message = "a market has no subdivisions; leave --subdivision out"
        raise InvalidValue(message, rule="holiday_market", value=options.subdivision)
    return freeze_market_holidays(options.place, options.years, **asked)


def _form(options: Namespace) -> str:
    """Return the form that was asked for, or that the name of the output file says; else YAML."""
    told = None if options.output is None else _SUFFIXES.get(Path(options.output).suffix.lower())
    form: str = options.format or told or "yaml"
    if told not in {None, form}:
        raise InvalidValue(f"{options.output}: a file of this name holds {told}, not {form}", rule="output_form")
    return form


def _name(frozen: HolidaySet) -> str:
    """Return a name for the set, such as ``gb-eng-2026``."""
    parts = (frozen.country or frozen.market, frozen.subdivision, frozen.years)
    return "-".join(part for part in parts if part).replace(" ", "-").lower()


def _block(frozen: HolidaySet) -> dict[str, Any]:
    """Return the set as documents write it: with its days as a mapping from dates to names."""
    data = {name: value for name, value in frozen.to_data().items() if name not in {"days", "names"}}
    return {**data, "days": {day.isoformat(): frozen.name_of(day) for day in frozen.days}}


def _json(frozen: HolidaySet) -> str:
    return json.dumps({"holidays": {_name(frozen): _block(frozen)}}, indent=2, ensure_ascii=False) + "\n"


def _yaml(frozen: HolidaySet) -> str:
    """Return the set as YAML, one day a line, without PyYAML: it is an extra, and would quote what needs none."""
    lines = ["holidays:", f"  {_yaml_text(_name(frozen))}:"]
    for name, value in _block(frozen).items():
        if isinstance(value, Mapping):
            lines.append(f"    {name}:" if value else f"    {name}: {{}}")
            lines += [f"      {day}: {_yaml_value(called)}" for day, called in value.items()]
        else:
            lines.append(f"    {name}: {_yaml_value(value)}")
    return "\n".join(lines) + "\n"


def _yaml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_yaml_text(text, plain=False) for text in value)}]"
    return "null" if value is None else _yaml_text(str(value))


def _yaml_text(text: str, *, plain: bool = True) -> str:
    r"""
    Return *text* as YAML reads it back: plain where any reader takes it for a text, else in double quotes.

        >>> print(_yaml_text("Tag der Arbeit"), _yaml_text("NO"), _yaml_text("2026"), _yaml_text('a "b": \u200f'))
        Tag der Arbeit "NO" "2026" "a \"b\": \U0000200F"
    """
    if (
        plain
        and _PLAIN.fullmatch(text)
        and text.isprintable()
        and not _NOT_PLAIN.search(text)
        and text.casefold() not in _YAML_WORDS
    ):
        return text
    return '"' + "".join(map(_yaml_letter, text)) + '"'


def _yaml_letter(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"


def diff(options: Namespace) -> int:
    """Print what would change in each frozen set of a contract: 0 when nothing would, 1 when something would."""
    try:
        sets: Mapping[str, HolidaySet] = read_contract(options.contract).holidays.named
    except DocumentError as problems:
        _complain(*map(str, problems.problems))
        return 2
    if options.name is not None:
        return _diff_of(options.name, _named(options.name, sets))
    frozen = {name: one for name, one in sets.items() if one.years and (one.country or one.market)}
    for name in sets:
        if name not in frozen:
            print(escape_text(f"{name}: not frozen from the holidays package, so there is nothing to compare"))
    if not frozen:
        _complain(f"ecsm-contracts: {options.contract}: no holiday set here names its years, and a country or a market")
        return 2
    return max(_diff_of(name, one) for name, one in frozen.items())


def _named(name: str, sets: Mapping[str, HolidaySet]) -> HolidaySet:
    if name not in sets:
        raise UnknownReference(f"the contract has no holiday set {shown(name)}{did_you_mean(name, sets)}")
    return sets[name]


def _diff_of(name: str, frozen: HolidaySet) -> int:
    """Print what would change in one set, and return the exit status that this alone would have."""
    try:
        found = diff_holidays(frozen)
    except EcsmError as problem:
        _complain(f"{name}: {problem}")
        return 2
    print(escape_text(name), *str(found).splitlines(), sep="\n  ")
    return 0 if found.same else 1


def _complain(*lines: str) -> None:
    for line in lines:
        print(escape_text(line), file=sys.stderr)

"""
Presets: a few lines that stand for the clauses of a usual regime.

A preset is expanded when a document is read, so that contract, digest, statements and written documents hold the
clauses themselves, with every choice visible. What a preset chooses without being asked, and why, stands in `choices`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ecsm_contracts.errors import DocumentError, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecsm_contracts.contracts._document import Document, Path, Place
    from ecsm_contracts.errors import Problem

__all__ = ["PRESETS", "Choice", "Preset", "expand_presets"]

Terms = Mapping[str, Any]
RawClause = dict[str, Any]


class Choice(NamedTuple):
    """What a preset chooses: where, what, and why."""

    field: str
    value: str
    reason: str


class Preset(NamedTuple):
    """A usual regime, the terms that it must or may be given, and what it chooses by itself."""

    summary: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    choices: tuple[Choice, ...]
    expand: Callable[[str, Terms], list[RawClause]]

    @property
    def terms(self) -> tuple[str, ...]:
        """Every term that it takes."""
        return (*self.required, *self.optional)


def _level(ref: str, terms: Terms, measure: RawClause, **more: Any) -> RawClause:
    level: RawClause = {"ref": ref, "kind": "service_level", "measure": measure, **more}
    return level | ({"scope": terms["scope"]} if "scope" in terms else {})


def _limit(ref: str, credits: list[str], at_most: Any, of: Any) -> RawClause:
    limit: RawClause = {"ref": ref, "kind": "limit", "credits": credits, "at_most": at_most}
    return (
        limit
        | ({"of": of} if _has_share(at_most) and of is not None else {})
        | {"window": "period", "excess": "forfeit"}
    )


def _has_share(value: object) -> bool:
    """Say whether *value*, a price or a table of prices, is a percentage, which needs to be of something."""
    if isinstance(value, dict):
        return any(_has_share(each) for key, each in value.items() if key not in {"from", "below", "up_to"})
    if isinstance(value, list):
        return any(map(_has_share, value))
    return isinstance(value, str) and "%" in value


def _of(price: object, terms: Terms) -> RawClause:
    return {"of": terms["of"]} if _has_share(price) and "of" in terms else {}


def _cloud_uptime(ref: str, terms: Terms) -> list[RawClause]:
    measure = {"kind": "availability", "hours": terms["hours"], "unknown": "available"}
    if "minimum_outage" in terms:
        measure["minimum_outage"] = terms["minimum_outage"]
    credit = {
        "ref": f"{ref}.2",
        "kind": "service_credit",
        "levels": [f"{ref}.1"],
        "per": "level",
        "rate": {"bands": terms["bands"]},
        "of": terms["of"],
    }
    level = _level(f"{ref}.1", terms, measure, target={"at_least": terms["target"]})
    limit = [_limit(f"{ref}.3", [f"{ref}.2"], terms["limit"], terms["of"])] if "limit" in terms else []
    return [level, credit, *limit]


def _points_regime(ref: str, terms: Terms) -> list[RawClause]:
    credit = {
        "ref": f"{ref}.1",
        "kind": "service_credit",
        "levels": terms["levels"],
        "per": "points",
        "points": terms["points"],
        "times": {"by": "run", "1": 1, "otherwise": terms.get("repeated", 2)},
        "price": "together",
        "rate": terms["worth"],
    }
    return [credit | _of(terms["worth"], terms), _limit(f"{ref}.2", [f"{ref}.1"], terms["limit"], terms.get("of"))]


def _at_risk_pool(ref: str, terms: Terms) -> list[RawClause]:
    at_risk, pool = f"{ref}.1", f"{ref}.2"
    levels = terms["levels"] if isinstance(terms["levels"], Mapping) else {}
    credit: RawClause = {"kind": "service_credit", "per": "level", "of": pool}
    credits = [
        {"ref": f"{ref}.{number}", **credit, "levels": [level], "rate": share}
        for number, (level, share) in enumerate(levels.items(), 3)
    ]
    names = [credit["ref"] for credit in credits]
    return [
        {"ref": at_risk, "kind": "basis", "of": [terms["of"]], "share": terms["at_risk"]},
        {"ref": pool, "kind": "basis", "of": [at_risk], "share": terms["pool"]},
        *credits,
        _limit(f"{ref}.{len(credits) + 3}", names, "100%", at_risk),
    ]


def _msp_tickets(ref: str, terms: Terms) -> list[RawClause]:
    clock = {
        "start": ["opened"],
        "stop": ["resolved"],
        "hours": terms["hours"],
        "holds": ["customer"],
        "reopened": "continue_without",
        "attempt": "last",
        "changed": "restart",
    }
    credit = {
        "ref": f"{ref}.2",
        "kind": "service_credit",
        "levels": [f"{ref}.1"],
        "per": "late_time",
        "unit": terms.get("unit", "1h"),
        "part": terms["part"],
        "rate": terms["rate"],
    }
    measure = {"kind": "ticket_time", "clock": clock, "within": terms["within"]}
    return [
        _level(f"{ref}.1", terms, measure),
        credit | _of(terms["rate"], terms),
        _limit(f"{ref}.3", [f"{ref}.2"], terms["limit"], terms.get("of")),
    ]


PRESETS: Mapping[str, Preset] = {
    "cloud_uptime": Preset(
        "monthly uptime with tiers of credits, as cloud and hosting providers publish it",
        ("hours", "target", "bands", "of"),
        ("scope", "minimum_outage", "limit"),
        (
            Choice("measure.unknown", "available", "providers count what their own monitoring saw as down"),
            Choice("rate.bands.how", "whole", "the tier that the month lies in is a percentage of the whole fee"),
            Choice("limit.excess", "forfeit", "no published schedule carries an excess into another month"),
        ),
        _cloud_uptime,
    ),
    "points_regime": Preset(
        "service points by severity, doubled when a failure is repeated, as British public contracts have them",
        ("levels", "points", "worth", "limit"),
        ("of", "repeated"),
        (
            Choice(
                "times", "2 from the second miss in a row", "a repeat doubles the table's points, not those doubled"
            ),
            Choice("price", "together", "the points of all indicators are added and priced once"),
            Choice("limit.window", "period", "the service credit limit is one of the period"),
        ),
        _points_regime,
    ),
    "at_risk_pool": Preset(
        "a share of the invoice at risk, spread over service levels by allocations, as outsourcing contracts have it",
        ("levels", "of", "at_risk", "pool"),
        (),
        (
            Choice("rate", "allocation × pool × at-risk share", "the formula A × B × C of such schedules"),
            Choice("limit.at_most", "100% of the at-risk amount", "allocations may sum to more than what is at risk"),
            Choice("limit.excess", "forfeit", "what exceeds the at-risk amount of a month is lost"),
        ),
        _at_risk_pool,
    ),
    "msp_tickets": Preset(
        "a credit for each unit of time by which tickets are late, as service desks for other people's users give it",
        ("hours", "within", "rate", "part", "limit"),
        ("scope", "of", "unit"),
        (
            Choice("clock.holds", "[customer]", "the clock stands still while the customer is waited for"),
            Choice("clock.reopened", "continue_without", "time in which a ticket was closed is not the provider's"),
            Choice("clock.attempt", "last", "a reopened ticket was not resolved before"),
            Choice("clock.changed", "restart", "a new priority is a new promise"),
            Choice("unit", "1h", "late time is counted by the hour unless another unit is written"),
        ),
        _msp_tickets,
    ),
}
"""The regimes by name; `Preset.choices` says what each fills in."""


def expand_presets(document: Document) -> Document:
    """
    Return *document* with the clauses that its presets stand for; the same document where it has none.

    Raises:
        DocumentError: for an unknown preset, and terms that are missing or unknown, each at its place.
    """
    data = document.data
    clauses: Any = data.get("clauses") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(clauses, list) or not any(map(_is_preset, clauses)):
        return document
    problems = [each for at, raw in enumerate(clauses) if _is_preset(raw) for each in _faults(document, at, raw)]
    if problems:
        raise DocumentError(problems)
    expanded: list[Any] = []
    origins: list[tuple[int, bool]] = []
    for at, raw in enumerate(clauses):
        found = _expanded(raw) if _is_preset(raw) else [raw]
        origins.extend([(at, _is_preset(raw))] * len(found))
        expanded.extend(found)
    places = dict(_moved(document.places, origins))
    keys = dict(_moved(document.key_places, origins))
    return replace(document, data={**data, "clauses": expanded}, places=places, key_places=keys)


def _is_preset(raw: object) -> bool:
    return isinstance(raw, dict) and "preset" in raw


def _expanded(raw: RawClause) -> list[RawClause]:
    terms = {key: value for key, value in raw.items() if key not in {"preset", "ref", "title"}}
    found = PRESETS[raw["preset"]].expand(str(raw["ref"]), terms)
    if "title" in raw:
        found[0] = {**found[0], "title": raw["title"]}
    return found


def _faults(document: Document, at: int, raw: RawClause) -> Iterator[Problem]:
    path: Path = ("clauses", at)
    name = raw["preset"]
    preset = PRESETS.get(name) if isinstance(name, str) else None
    if preset is None:
        hint = did_you_mean(str(name), PRESETS) or f"; there are {', '.join(PRESETS)}"
        yield document.problem((*path, "preset"), "unknown_word", f"there is no preset {shown(name)}{hint}")
        return
    known = ("ref", "title", "preset", *preset.terms)
    for key in raw:
        if key not in known:
            hint = did_you_mean(key, known) or f"; {name} takes {', '.join(known)}"
            yield document.problem((*path, key), "unknown_field", f"unknown field {shown(key)}{hint}", at_key=True)
    for key in ("ref", *preset.required):
        if key not in raw:
            message = f"{key} is missing; the preset {name} assumes nothing in its place"
            yield document.problem(path, "missing_field", message)
    if name == "at_risk_pool" and "levels" in raw and not isinstance(raw["levels"], dict):
        message = 'write the allocation of each level: levels: {"4.1": 40%, "4.2": 60%}'
        yield document.problem((*path, "levels"), "wrong_type", message)


def _moved(places: Mapping[Path, Place], origins: list[tuple[int, bool]]) -> Iterator[tuple[Path, Place]]:
    """Yield *places* with the clauses where they stand now; what a preset made stands where the preset does."""
    by_origin: dict[int, list[int]] = {}
    for now, (at, _) in enumerate(origins):
        by_origin.setdefault(at, []).append(now)
    presets = {at for at, is_preset in origins if is_preset}
    for path, place in places.items():
        match path:
            case ("clauses", int(at), *rest):
                inside = () if at in presets and rest else by_origin[at]
                yield from ((("clauses", now, *rest), place) for now in inside)
            case _:
                yield path, place

"""What library and oracle say of what becomes of credits, in one shape."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

import ecsm_contracts as ec
from ecsm_contracts.accounts import CreditAccount, CreditDocument, Issued, IssuedLine, Register, Run, credit_account
from ecsm_contracts.errors import EcsmError, InvalidValue
from tests.oracle.clock import instant, text_of
from tests.oracle.credit_worlds import CreditCase, world_of
from tests.oracle.crediting import Account, Refused
from tests.oracle.money import minor_digits

__all__ = ["account_of", "code_of", "contract_of", "facts_of", "library_view", "minor", "oracle_view", "register_of"]

Plain = dict[str, Any]


def eur(minor_units: int) -> ec.Money:
    """So many cents."""
    return ec.Money.from_minor(minor_units, "EUR")


def minor(value: ec.Money) -> int:
    """An amount in minor units."""
    return int(value.amount * 10 ** minor_digits(value.currency))


@lru_cache(maxsize=64)
def _contract(text: str) -> ec.Contract:
    return ec.parse_contract(text, form="json")


def contract_of(case: CreditCase) -> ec.Contract:
    """The contract of a case, read from JSON."""
    return _contract(json.dumps(case.contract))


def register_of(case: CreditCase, upto: int | None = None) -> Register:
    """The register of what was issued, one run for each document; by hand, so that any lines are possible."""
    runs = []
    for number, each in enumerate(case.issued[:upto]):
        lines = tuple(IssuedLine(clause, kind, clause, eur(cents)) for clause, kind, cents in each["lines"])
        total = eur(sum(line[2] for line in each["lines"]))
        label = case.periods[each["period"]].label
        mark = f"{each['kind']} {label} {number}"
        issued = Issued(each["kind"], label, mark, mark, None, mark, "final", lines, total)
        runs.append(Run(f"run {number}", each["day"], mark, (issued,), None, mark))
    return Register(case.contract["ref"], tuple(runs))


def facts_of(case: CreditCase) -> ec.Facts:
    """Claims, decisions and rates."""
    labels = [period.label for period in case.periods]
    amounts = {each["amount"] for each in (*case.claims, *case.decisions)}
    money = {cents: None if cents is None else str(eur(cents)) for cents in amounts}
    claims = [
        {
            **each,
            "period": labels[each["period"]],
            "at": text_of(each["at"]),
            "amount": money[each["amount"]],
            "incident": None if each["incident"] is None else text_of(each["incident"]),
        }
        for each in case.claims
    ]
    decisions = [{**each, "at": text_of(each["at"]), "amount": money[each["amount"]]} for each in case.decisions]
    declared = [
        {"ref": each["ref"], "figure": each["figure"], "value": each["text"]}
        | {name: text_of(each[name]) for name in ("start", "end", "at")}
        for each in case.declared
    ]
    facts = ec.facts_from_records(claims=claims, decisions=decisions, declared=declared)
    if facts.rejected:
        raise ValueError(f"what is drawn cannot be read: {facts.rejected[0]}")
    return facts


def account_of(case: CreditCase, as_of: date | None = None) -> CreditAccount:
    """The account of a case."""
    return credit_account(contract_of(case), register_of(case), facts_of(case), as_of=as_of or case.as_of)


def code_of(error: EcsmError) -> str:
    """The finest code of an error."""
    return error.rule if isinstance(error, InvalidValue) else error.code


def _document(each: CreditDocument) -> Plain:
    return {
        "kind": each.kind,
        "day": each.on,
        "period": each.period,
        "root": each.clause,
        "amount": minor(each.amount),
        "invoice": each.invoice,
        "paid": None if each.paid is None else (each.paid.value.currency, minor(each.paid.value)),
        "days": None if each.days is None else each.days.value,
        "centres": [(ref, minor(part)) for ref, part in each.cost_centres],
        "tax": each.tax,
    }


def library_view(case: CreditCase, account: CreditAccount | None = None) -> Plain:
    """What the library says."""
    try:
        found = account or account_of(case)
    except EcsmError as error:
        return {"error": code_of(error)}
    left: dict[tuple[str, str], int] = {}
    for period, root, amount in found.left:
        left[period, root] = left.get((period, root), 0) + minor(amount)
    return {
        "credits": [
            (
                *(each.period, each.clause, minor(each.computed.value), each.claim, each.state),
                *(minor(each.granted.value), each.decision, each.deadline and instant(each.deadline)),
            )
            for each in found.credits
        ],
        "left": left,
        "unfit": sorted(ref for ref, _ in found.unfit),
        "documents": sorted((_document(each) for each in found.documents), key=repr),
    }


def oracle_view(case: CreditCase) -> tuple[Plain, list[str]]:
    """What the oracle says, in the same shape, and what it met on the way."""
    try:
        account = Account(world_of(case))
    except Refused as error:
        return {"error": error.code}, [error.code]
    found = account.plain()
    left: dict[tuple[str, str], int] = {}
    for each in found["credits"]:
        if each["left"] + each["kept"]:
            key = (each["period"], each["root"])
            left[key] = left.get(key, 0) + each["left"] + each["kept"]
    names = ("period", "root", "computed", "claim", "state", "granted", "decision", "deadline")
    return {
        "credits": [tuple(each[name] for name in names) for each in found["credits"]],
        "left": left,
        "unfit": sorted(found["unfit"]),
        "documents": sorted(found["documents"], key=repr),
    }, account.marks

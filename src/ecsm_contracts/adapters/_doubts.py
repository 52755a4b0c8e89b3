"""
What is read and believed, and yet looks wrong: a warning for each, which every statement repeats.

A warning is an origin of the facts, as what it says is taken for granted. It follows from the records alone, so that
the same records give the same warnings, however often they are read.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from ecsm_contracts._model import short_digest
from ecsm_contracts.adapters._bad import Bad
from ecsm_contracts.errors import shown
from ecsm_contracts.facts import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["doubts"]

MOST_DOUBTS = 20
"""How many identities are named; the rest are counted."""
MOST_SPELLINGS = 5
"""How many ways to write one priority are named."""
_REWRITTEN = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}")
"""What a spreadsheet makes of a long number, or of an identity such as ``1E5``."""


def doubts(refs: Iterable[str], priorities: Iterable[str]) -> Iterator[Origin]:
    """
    Yield a warning for each thing that is doubtful about tickets with these *refs* and *priorities*.

    That is an identity that a spreadsheet seems to have rewritten (``id_suspicious``), and a priority that is written
    in several ways that differ in capitals alone (``priority_spelling``).

        >>> [origin.assumes[0] for origin in doubts(["T-1", "1E+05"], ["P1", "p1", "P2"])]
        ["ticket '1E+05' looks like a number that a spreadsheet rewrote; its identity is taken as it stands \
[id_suspicious]", "the priorities 'P1', 'p1' differ in capitals alone, and are taken for different ones \
[priority_spelling]"]
    """
    for each in chain(_rewritten(refs), _spelt_apart(priorities)):
        text = f"{each} [{each.code}]"
        yield Origin(ref=f"doubt {each.code} {short_digest(text)}", title="Doubtful records", assumes=(text,))


def _rewritten(refs: Iterable[str]) -> Iterator[Bad]:
    found = sorted({ref for ref in refs if _REWRITTEN.fullmatch(ref)})
    for ref in found[:MOST_DOUBTS]:
        message = (
            f"ticket {shown(ref)} looks like a number that a spreadsheet rewrote; its identity is taken as it stands"
        )
        yield Bad("id_suspicious", message)
    if len(found) > MOST_DOUBTS:
        message = f"{len(found) - MOST_DOUBTS} more tickets have identities that look like numbers of a spreadsheet"
        yield Bad("id_suspicious", message)


def _spelt_apart(priorities: Iterable[str]) -> Iterator[Bad]:
    spellings: dict[str, list[str]] = {}
    for word in sorted(set(priorities)):
        spellings.setdefault(word.casefold(), []).append(word)
    for words in spellings.values():
        if len(words) > 1:
            named = ", ".join(map(shown, words[:MOST_SPELLINGS]))
            message = f"the priorities {named} differ in capitals alone, and are taken for different ones"
            yield Bad("priority_spelling", message)

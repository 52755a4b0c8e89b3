"""The versions of a contract as documents of their own, whose problems stand where the whole document makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecsm_contracts.contracts._document import Document, dotted
from ecsm_contracts.contracts._versions import Stage, stages
from ecsm_contracts.errors import Problem, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ecsm_contracts.contracts._document import Path

__all__ = ["VersionDocument", "found_in", "versions_of"]


@dataclass(frozen=True, slots=True)
class VersionDocument(Document):
    """One version; its problems are placed in the document that it is made from."""

    stage: Stage = field(default=Stage(None, {}, {}, (), ()), repr=False)

    def problem(self, path: Path, code: str, message: str, *, at_key: bool = False) -> Problem:
        """Return what is wrong at *path* of this version, where that part stands in the whole document."""
        whole = self.stage.origin(path)
        line, column = self.key_place(whole) if at_key else self.place(whole)
        return Problem(self.name, line, column, dotted(whole), code, message)


def versions_of(document: Document) -> tuple[VersionDocument, ...]:
    """Return the versions that *document* makes, the contract as it was signed first."""
    return tuple(
        VersionDocument(document.name, stage.data, document.places, document.key_places, stage)
        for stage in stages(document.data)
    )


def found_in(
    document: Document, versions: Sequence[VersionDocument], look: Callable[[VersionDocument], Iterable[Problem]]
) -> list[Problem]:
    """
    Return what *look* finds in the *versions*, each problem once.

    A problem of a later version that is none of an amendment's own words, such as a reference to a clause that an
    amendment removes, stands at that amendment.
    """
    found: list[Problem] = []
    known: set[tuple[str, str]] = set()
    for version in versions:
        new = [problem for problem in look(version) if (problem.path, problem.code) not in known]
        known.update((problem.path, problem.code) for problem in new)
        found.extend(_placed(document, version.stage, problem) for problem in new)
    return found


def _placed(document: Document, stage: Stage, problem: Problem) -> Problem:
    own = tuple(f"amendments.{position}" for position in stage.amendments)
    if not own or problem.path in own or problem.path.startswith(tuple(f"{each}." for each in own)):
        return problem
    where = f" {problem.path}:" if problem.path else ""
    path = next(_removals(document, stage, problem), ("amendments", stage.amendments[-1]))
    return document.problem(path, problem.code, f"as amended from {stage.start} on,{where} {problem.message}")


def _removals(document: Document, stage: Stage, problem: Problem) -> Iterator[Path]:
    """Yield where an amendment removes a clause that the *problem* misses."""
    amendments = document.data.get("amendments") if isinstance(document.data, dict) else None
    for position in stage.amendments if problem.code == "dangling_reference" else ():
        amendment = amendments[position] if isinstance(amendments, list) else None
        removed = amendment.get("remove") if isinstance(amendment, dict) else None
        for place, name in enumerate(removed if isinstance(removed, list) else ()):
            if f"there is no clause {shown(name)}" in problem.message:
                yield ("amendments", position, "remove", place)

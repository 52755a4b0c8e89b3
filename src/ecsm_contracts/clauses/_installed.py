"""
The installed packages that bring clause kinds: the one module of the core that asks what is installed.

Which class a kind is has to be known wherever a contract is read: from a file, from the terms that a statement keeps,
in a worker process. So the question stands beside the registry and not among the adapters. It is asked once in a
process, and only when a kind with a prefix is met; a document without one asks nothing and imports nothing. The answer
changes no figure unseen: a statement seals name and version of each package whose kinds it used.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

from ecsm_contracts.errors import ClauseError, shown

__all__ = ["GROUP", "Package", "belongs", "import_package", "installed_packages", "package_of"]

GROUP = "ecsm_contracts.clauses"
"""The group of entry points: the name of one is a prefix, its value the module whose import registers the kinds."""


class Package(NamedTuple):
    """What an installed distribution says in its entry point: "the kinds that begin with `prefix` are mine"."""

    prefix: str
    name: str
    version: str
    module: str

    def __str__(self) -> str:
        """Return name and version, as statements seal them: ``acme-clauses 1.2``."""
        return f"{self.name} {self.version}"


@lru_cache(maxsize=1)
def installed_packages() -> tuple[Package, ...]:
    """
    Return the packages that bring clause kinds, sorted by prefix; none of them is imported.

    What is installed later is seen by the next process.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - most processes never ask

    found = {
        Package(each.name, each.dist.name, each.dist.version, each.module)
        for each in entry_points(group=GROUP)
        if each.dist is not None
    }
    return tuple(sorted(found))


def package_of(prefix: str) -> Package | None:
    """
    Return the package whose kinds begin with *prefix*, None when there is none.

    Raises:
        ClauseError: when there are two, naming both: which one a contract means is nobody's to guess.
    """
    found = [each for each in installed_packages() if each.prefix == prefix]
    if len(found) > 1:
        names = " and ".join(map(str, found))
        raise ClauseError(f"the prefix {prefix!r} is of two installed packages, {names}; remove one of them")
    return found[0] if found else None


def belongs(cls: type, package: Package) -> bool:
    """Return whether *cls* is of the package: of the module that its entry point names, or from beside it."""
    top = package.module.partition(".")[0]
    return cls.__module__ == top or cls.__module__.startswith(f"{top}.")


@lru_cache(maxsize=1024)
def import_package(package: Package) -> str:
    """Import *package*, once; return why that failed, an empty text when it did not."""
    try:
        import_module(package.module)
    except (Exception, SystemExit) as cause:  # noqa: BLE001 - whatever another package does wrong is said, with its name
        reason = str(cause) if isinstance(cause, ClauseError) else f"{type(cause).__name__}: {shown(str(cause))}"
        return f"{package} cannot be imported: {reason}"
    return ""

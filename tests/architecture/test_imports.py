"""House rules that ruff and import-linter cannot see. Each has a finder, and each finder is itself tried."""

import ast
import importlib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "ecsm_contracts"
RULES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS = next(rule["layers"] for rule in RULES if rule["type"] == "layers")
HEIGHT = {floor.strip(): -2 * depth for depth, layer in enumerate(LAYERS) for floor in layer.split("|")}
FRONT_DOOR = "the front door"  # `import ecsm_contracts` itself: it gathers the floors below `testing`
HEIGHT[FRONT_DOOR] = HEIGHT["testing"] - 1

# All that an amount passes through, the service time it is reckoned from included.
MONEY_PATH = (
    *("money", "calendars", "figures", "facts", "measures"),
    *("clauses", "contracts", "statements", "engine", "accounts", "economics"),
)
EXACT_MATH = {"ceil", "comb", "factorial", "floor", "gcd", "isqrt", "lcm", "perm", "prod", "trunc"}
EXACT_MATH |= {"isfinite", "isinf", "isnan"}  # questions, not numbers
OUR_DATEUTIL = re.compile(r"dateutil\.(easter|relativedelta|rrule)\.")
DEEP_IMPORT = re.compile(r"\b(?:from|import)\s+ecsm_contracts[\w.]*(?:\.|\s+import\s+(?:.*\W)?)_(?!_)\w+")
MODULE = "src/ecsm_contracts/money/_money.py"  # where the finders are tried
LINES_IN_A_MODULE = 450
LINES_IN_A_FUNCTION = 60

Finding = tuple[int, str]  # a line, and what is wrong there
Finder = Callable[[Path], Iterable[Finding]]


def nodes(file: Path) -> Iterator[ast.AST]:
    """All nodes of a module's syntax tree."""
    return ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def imports(file: Path) -> Iterator[Finding]:
    """All that a module imports, by full name, in functions and for type checkers too."""
    folder = file.relative_to(ROOT).with_suffix("").parts[1:-1]
    for node in nodes(file):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = folder[: len(folder) + 1 - node.level] if node.level else ()
            base = ".".join((*above, node.module) if node.module else above)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def floor_of(name: str) -> str | None:
    """The floor on which a module of ours, or a name from it, stands; None where that does not matter."""
    package, _, rest = name.partition(".")
    floor = rest.partition(".")[0]
    if package != "ecsm_contracts" or floor in {"__init__", "__main__", "_version"}:
        return None
    return floor if floor in HEIGHT else FRONT_DOOR


def upward_imports(file: Path) -> Iterator[Finding]:
    """Imports that do not go down, those for type checkers included."""
    own = floor_of(".".join(file.relative_to(ROOT).with_suffix("").parts[1:]))
    for line, name in imports(file):
        other = floor_of(name)
        if own and other and other != own and HEIGHT[other] >= HEIGHT[own]:
            yield line, f"{own} imports {name}"


def library_imports(file: Path) -> Iterator[Finding]:
    """Imports of the library."""
    return ((line, name) for line, name in imports(file) if name.split(".")[0] == "ecsm_contracts")


def dateutil_imports(file: Path) -> Iterator[Finding]:
    """Imports of dateutil beyond recurrence, month arithmetic and Easter; no linter sees parts of it."""
    return (
        (line, name)
        for line, name in imports(file)
        if name.split(".")[0] == "dateutil" and not OUR_DATEUTIL.match(f"{name}.")
    )


def compiled_calendar_imports(file: Path) -> Iterator[Finding]:
    """Imports, through the public package, of what reckons service time."""
    calendars = importlib.import_module("ecsm_contracts.calendars")
    for line, name in imports(file):
        home = getattr(getattr(calendars, name.rpartition(".")[2], None), "__module__", "")
        if name.startswith("ecsm_contracts.calendars.") and home.endswith(("._calendar", "._table")):
            yield line, name


def floats(file: Path) -> Iterator[Finding]:
    """Places where a binary float is made."""
    for node in nodes(file):
        match node:
            case ast.Constant(value=float(value)):
                yield node.lineno, f"{value} is a float"
            case ast.Call(func=ast.Name(id="float")):
                yield node.lineno, "float(…)"
            case ast.Attribute(attr="total_seconds"):
                yield node.lineno, "total_seconds() is a float; divide by timedelta(microseconds=1) with //"
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in EXACT_MATH:
                yield node.lineno, f"math.{name} is a float"
            case ast.ImportFrom(module="math") if inexact := {alias.name for alias in node.names} - EXACT_MATH:
                yield node.lineno, f"{', '.join(sorted(inexact))} of math is a float"


def long_stretches(file: Path) -> Iterator[Finding]:
    """Modules and functions too long to be read in one go."""
    lines = file.read_text(encoding="utf-8").count("\n")
    if lines > LINES_IN_A_MODULE:
        yield 1, f"the module has {lines} lines"
    for node in nodes(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            lines = node.end_lineno - node.lineno + 1
            if lines > LINES_IN_A_FUNCTION:
                yield node.lineno, f"{node.name} has {lines} lines"


def deep_imports(file: Path) -> Iterator[Finding]:
    """Imports of private names, in code or in a page."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if DEEP_IMPORT.search(line):
            yield number, line.strip()


def found(finder: Finder, files: Iterable[Path]) -> str:
    """All findings, a line for each, with its place; no files at all is a mistake of the caller."""
    files = sorted(files)
    assert files, "nothing to look at: was a folder renamed?"
    return "".join(f"{file.relative_to(ROOT)}:{line}: {what}\n" for file in files for line, what in finder(file))


def modules(*floors: str) -> Iterator[Path]:
    """All modules of these floors; a floor is a package or one module."""
    for floor in floors:
        yield from (SOURCES / floor).rglob("*.py")
        yield from SOURCES.glob(f"{floor}.py")


def test_types_too_come_from_floors_below() -> None:
    """No floor names, even for type checkers only, what stands beside or above it."""
    assert found(upward_imports, SOURCES.rglob("*.py")) == ""


def test_the_oracle_knows_nothing_of_the_library() -> None:
    """The oracle imports nothing of the library, so it cannot share its mistakes."""
    assert found(library_imports, (ROOT / "tests" / "oracle").rglob("*.py")) == ""


def test_the_simulation_reckons_time_by_itself() -> None:
    """The simulation does not take compiled calendars by way of their public package either."""
    assert found(compiled_calendar_imports, modules("simulation")) == ""


def test_dateutil_gives_recurrence_only() -> None:
    """Nothing of dateutil is used but recurrence, month arithmetic and Easter."""
    assert found(dateutil_imports, SOURCES.rglob("*.py")) == ""


def test_no_float_on_the_money_path() -> None:
    """No binary float is made on the way from an event to an amount."""
    assert found(floats, modules(*MONEY_PATH)) == ""


def test_modules_and_functions_are_short() -> None:
    """Every module and every function can be read in one go."""
    assert found(long_stretches, SOURCES.rglob("*.py")) == ""


def test_pages_and_examples_use_public_names() -> None:
    """What readers are shown imports public names only."""
    shown = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.py")]
    assert found(deep_imports, shown) == ""


@pytest.mark.parametrize(
    ("finder", "where", "code"),
    [
        (upward_imports, MODULE, "from ecsm_contracts.engine import plan"),
        (upward_imports, MODULE, "from ecsm_contracts import calendars"),  # stands beside money
        (upward_imports, MODULE, "from ..clauses import Carry"),
        (upward_imports, "src/ecsm_contracts/errors.py", "if TYPE_CHECKING: import ecsm_contracts.money"),
        (upward_imports, "src/ecsm_contracts/reports/_r.py", "import ecsm_contracts as ec"),
        (upward_imports, "src/ecsm_contracts/reports/_r.py", "from ecsm_contracts import Money"),
        (library_imports, "tests/oracle/minutes.py", "def f(): import ecsm_contracts as ec"),
        (library_imports, "tests/oracle/minutes.py", "from ecsm_contracts.calendars import Interval"),
        (compiled_calendar_imports, MODULE, "from ..calendars import BusinessCalendar"),
        (dateutil_imports, "src/ecsm_contracts/calendars/_r.py", "from dateutil import tz"),
        (dateutil_imports, "src/ecsm_contracts/calendars/_r.py", "import dateutil.parser"),
        (floats, MODULE, "rate = 0.5"),
        (floats, MODULE, "rate = float(text)"),
        (floats, MODULE, "hours = elapsed.total_seconds() // 3600"),
        (floats, MODULE, "root = math.sqrt(4)"),
        (floats, MODULE, "from math import floor, inf"),
        (long_stretches, MODULE, "pass\n" * 451),
        (long_stretches, MODULE, "def f():\n" + "    pass\n" * 60),
        (deep_imports, "docs/a.md", ">>> from ecsm_contracts.money._money import Money"),
        (deep_imports, "docs/a.md", "from ecsm_contracts.money import Money, _parse"),
        (deep_imports, "examples/a.py", "import ecsm_contracts._model as model"),
    ],
)
def test_each_finder_finds(
    finder: Finder, where: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that breaks a rule is found, so that the tests above can fail."""
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    file = tmp_path / where
    file.parent.mkdir(parents=True)
    file.write_text(code, encoding="utf-8")
    assert found(finder, [file]).count("\n") == 1


@pytest.mark.parametrize(
    ("finder", "code"),
    [
        (upward_imports, "from ecsm_contracts.money import Money"),
        (upward_imports, "from ecsm_contracts.engine._plan import Plan"),
        (upward_imports, "from . import _plan"),
        (upward_imports, "from ecsm_contracts._version import __version__"),
        (dateutil_imports, "from dateutil.relativedelta import relativedelta"),
        (dateutil_imports, "from dateutil import rrule"),
        (floats, "if isinstance(amount, float): raise TypeError"),
        (floats, "from math import gcd, lcm"),
        (long_stretches, "def f():\n" + "    pass\n" * 59),
        (deep_imports, "from ecsm_contracts import __version__"),
        (deep_imports, "from ecsm_contracts.calendars import BusinessCalendar"),
    ],
)
def test_each_finder_leaves_good_lines_alone(
    finder: Finder, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that keeps the rule is not reported."""
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    file = tmp_path / "src" / "ecsm_contracts" / "engine" / "_observe.py"
    file.parent.mkdir(parents=True)
    file.write_text(code, encoding="utf-8")
    assert found(finder, [file]) == ""

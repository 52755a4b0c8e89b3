"""What `evaluate` prints on a terminal, and what it prints elsewhere."""

import builtins
import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

import ecsm_contracts as ec
from ecsm_contracts.cli import main
from tests.engine.world import EXAMPLES, january, statement

ACME = str(EXAMPLES / "acme.yaml")


class Terminal(io.StringIO):
    """What a terminal was sent."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture
def facts(tmp_path: Path) -> str:
    """A folder with the facts of January."""
    ec.write_facts(january(), tmp_path / "january")
    return str(tmp_path / "january")


def evaluated(facts: str, *more: str) -> str:
    """What evaluating January sends to a terminal."""
    screen = Terminal()
    with contextlib.redirect_stdout(screen):
        assert main(["evaluate", ACME, facts, "--period", "2026-01", *more]) == 0
    return screen.getvalue()


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The surroundings of a terminal that knows colours, 120 columns wide."""
    for name, value in (("TERM", "xterm-256color"), ("COLUMNS", "120")):
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def test_a_terminal_gets_a_drawn_table(facts: str) -> None:
    """On a terminal the tables are drawn by `rich`, with the content of the plain text."""
    text = evaluated(facts)
    assert "─────" in text
    assert "\x1b[1m" in text
    assert "EUR 18,000.00" in text


def test_without_colour_where_that_is_asked_for(facts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR set no colour is sent, and a dumb terminal gets no control sequence at all."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in evaluated(facts)
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in evaluated(facts)


@pytest.mark.parametrize("more", [["--format", "text"], ["--format", "json"], ["--format", "markdown"]])
def test_a_form_that_is_asked_for_is_given(more: list[str], facts: str) -> None:
    """A form that was named is printed as it is, on a terminal too."""
    assert evaluated(facts, *more) == ec.render(statement(), more[1])  # type: ignore[arg-type]  # a form, as a text


def test_a_file_gets_plain_text(facts: str, tmp_path: Path) -> None:
    """With --output nothing is drawn, and the file holds the plain text."""
    path = tmp_path / "january.txt"
    assert evaluated(facts, "--output", str(path)) == ""
    assert path.read_text(encoding="utf-8") == f"{statement()}\n"


def test_a_pipe_gets_plain_text(facts: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where standard output is no terminal, the plain text is printed."""
    assert main(["evaluate", ACME, facts, "--period", "2026-01"]) == 0
    assert capsys.readouterr().out == f"{statement()}\n"


def test_without_rich_a_terminal_gets_plain_text(facts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `rich` is not installed, the same is printed as plain text."""
    found = builtins.__import__

    def without_rich(name: str, *rest: Any) -> Any:
        if name.startswith("rich"):
            raise ImportError(name)
        return found(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_rich)
    assert evaluated(facts) == f"{statement()}\n"

"""Runs what the pages and docstrings show: Python blocks, `>>>` examples, and console sessions.

A page is one story: its blocks share names, and run in the order they stand in, in a folder of the page's
own, where `examples/` lies as it does at the root.

    ```python                               runs; where it begins with >>>, the answers are compared
    ```console                              `$ ecsm-contracts …` runs, and what is shown below it is compared
    <!-- skip-next: the reason -->          the block that follows is skipped, and the reason is reported
"""

import contextlib
import doctest
import io
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.example import NotEvaluated
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, FencedCodeBlockLexer
from sybil.sybil import SybilCollection
from sybil.typing import Parser

ROOT = Path(__file__).parent
COMPARE = doctest.ELLIPSIS  # `...` stands for any text, over lines too
SHOWN_ONLY = {"git", "make", "pip"}  # a reader's commands: they would change the machine that runs the tests
TERMINAL = {"COLUMNS": "100", "NO_COLOR": "1"}  # one width and no colour, whoever runs the tests
FOLDER, STATUS = "_page_folder", "_page_status"  # kept among the page's names from block to block


def commands(session: str) -> Iterator[tuple[str, str]]:
    r"""Each command of a console session and the output shown below it; a final `\` continues a command."""
    command, output = "", ""
    for line in session.splitlines(keepends=True):
        if command.endswith("\\"):
            command = command[:-1] + line.strip()
        elif line.startswith("$ "):
            if command:
                yield command, output
            command, output = line[2:].strip(), ""
        elif command:
            output += line
        else:
            message = f"a console block begins with a command, not with {line!r}"
            raise ValueError(message)
    if command:
        yield command, output


def run_cli(arguments: list[str]) -> tuple[str, int]:
    """What a person would see in a terminal, errors included, and the exit status."""
    from ecsm_contracts.cli import main  # noqa: PLC0415 - pages without sessions need no command

    seen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)
    with (
        mock.patch.dict(os.environ, TERMINAL),  # noqa: TID251 - and put back afterwards
        contextlib.redirect_stdout(seen),
        contextlib.redirect_stderr(seen),
    ):
        try:
            status = int(main(arguments) or 0)
        except SystemExit as stop:  # argparse leaves this way
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    seen.seek(0)
    return seen.read(), status


def trimmed(text: str) -> str:
    """The text without what a page cannot show: blanks at the ends of lines, blank lines at the end."""
    return "".join(f"{line.rstrip()}\n" for line in text.rstrip().splitlines())


def run_session(example: Example) -> str | None:
    """Run one console block; say where the page and the command differ."""
    for command, expected in commands(example.parsed):
        program, *arguments = shlex.split(command)
        if program in SHOWN_ONLY:
            continue
        if command == "echo $?":
            output = f"{example.namespace[STATUS]}\n"
        elif program == "ecsm-contracts":
            output, example.namespace[STATUS] = run_cli(arguments)
        else:
            return f"$ {command}\nonly ecsm-contracts can be run here; for others say skip-next, and why"
        if not doctest.OutputChecker().check_output(trimmed(expected), trimmed(output), COMPARE):
            return f"$ {command}\n--- the page shows\n{expected}--- the command shows\n{output}"
    return None


def forgetting() -> Callable[[], None]:
    """Return what takes away the kinds of clause and the rules of figures that are registered from now on."""
    from ecsm_contracts.clauses import _registry  # noqa: PLC0415 - as late as a page
    from ecsm_contracts.figures import _rules  # noqa: PLC0415

    registries: tuple[dict[str, Any], ...] = (_registry._KINDS, _rules._RULES)  # noqa: SLF001 - to put them back
    known = [frozenset(registered) for registered in registries]

    def forget() -> None:
        for registered, before in zip(registries, known, strict=True):
            for name in set(registered) - before:
                if not str(registered[name].__module__).startswith("ecsm_contracts."):
                    del registered[name]

    return forget


def enter_folder(names: dict[str, Any]) -> None:
    """Go to a folder of the page's own."""
    stack = names[FOLDER] = contextlib.ExitStack()
    stack.callback(forgetting())
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    shutil.copytree(ROOT / "examples", Path(folder, "examples"))
    stack.enter_context(contextlib.chdir(folder))


def leave_folder(names: dict[str, Any]) -> None:
    """Go back, and remove the folder with all that the page has written."""
    names[FOLDER].close()


def skip_next(document: Document) -> Iterable[Region]:
    """Find each `<!-- skip-next: reason -->` and the end of the fenced block that follows it."""
    blocks = list(FencedCodeBlockLexer(".+")(document))
    for directive in DirectiveInHTMLCommentLexer("skip-next", r"\S.*?")(document):
        end = min(block.end for block in blocks if block.start > directive.start)
        yield Region(directive.start, directive.end, (directive.lexemes["arguments"], end), start_skipping)


def start_skipping(example: Example) -> None:
    """Put a guard before the page's evaluators, to skip every example until the block is over."""
    reason, end = example.parsed

    def guard(following: Example) -> None:
        if following.start < end:
            pytest.skip(reason)
        following.document.pop_evaluator(guard)
        raise NotEvaluated

    example.document.push_evaluator(guard)


PAGE: list[Parser] = [
    PythonCodeBlockParser(doctest_optionflags=COMPARE),
    CodeBlockParser("console", run_session),
    skip_next,
]
DOCSTRING: list[Parser] = [DocTestParser(COMPARE), CodeBlockParser("python", PythonEvaluator())]

pytest_collect_file = SybilCollection(
    (
        Sybil(PAGE, filenames=["README.md"], setup=enter_folder, teardown=leave_folder),
        Sybil(PAGE, path="docs", pattern="*.md", setup=enter_folder, teardown=leave_folder),
        Sybil(DOCSTRING, path="src", pattern="*.py"),
    )
).pytest()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out tests one at a time, but the examples of a page together, since they build on each other."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - pytest runs without xdist, too

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
        def _split_scope(self, nodeid: str) -> str:
            file, _, example = nodeid.partition("::")
            return file if example.startswith("line:") else nodeid

    return Scheduling(config, log)

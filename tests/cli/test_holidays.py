"""Freezing holidays and comparing them, on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import ecsm_contracts as ec
from ecsm_contracts.calendars import HolidaySet, freeze_holidays, freeze_market_holidays
from ecsm_contracts.cli import main
from ecsm_contracts.cli._holidays import _yaml, _yaml_text
from tests.engine.world import EXAMPLES

if TYPE_CHECKING:
    from pathlib import Path

ACME = (EXAMPLES / "acme.yaml").read_text(encoding="utf-8")
BEFORE, _, _REST = ACME.partition("holidays:\n")
AFTER = "services:\n" + _REST.partition("services:\n")[2]


def contract_with(block: str, name: str) -> str:
    """Return the example contract with this block of holidays in place of its own."""
    return BEFORE.replace("holidays: nl-2026", f'holidays: "{name}"') + block + AFTER


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what `holidays freeze` prints."""
    assert main(["holidays", "freeze", *arguments]) == 0
    return capsys.readouterr().out


CASES = [
    (["NL", "2026-2027"], freeze_holidays("NL", "2026-2027")),
    (["NO", "2026"], freeze_holidays("NO", "2026")),  # a country and a language that YAML takes for a truth value
    (["GB", "2026", "--subdivision", "ENG"], freeze_holidays("GB", "2026", "ENG")),
    (["AU", "2026", "--subdivision", "NSW Western"], freeze_holidays("AU", "2026", "NSW Western")),
    (["TH", "2026"], freeze_holidays("TH", "2026")),
    (["HM", "2026"], freeze_holidays("HM", "2026")),  # without people or holidays
    (
        ["US", "2026", "--not-observed", "--category", "public", "--category", "unofficial", "--language", "th"],
        freeze_holidays("US", "2026", categories=["public", "unofficial"], observed=False, language="th"),
    ),
    (["XNYS", "2026", "--market"], freeze_market_holidays("XNYS", "2026")),
]
IDS = ["-".join(arguments).lower().replace(" ", "-") for arguments, _ in CASES]


@pytest.mark.parametrize(("arguments", "frozen"), CASES, ids=IDS)
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_printed_block_reads_back_as_what_was_frozen(
    arguments: list[str], frozen: HolidaySet, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `freeze` prints stands in a contract as it is, and the contract holds the same set."""
    block = printed(capsys, *arguments, "--format", form)
    if form == "json":  # which is YAML, too
        (name,) = json.loads(block)["holidays"]
        block = f"holidays: {json.dumps(json.loads(block)['holidays'], ensure_ascii=False)}\n"
    else:
        name = block.splitlines()[1].strip().removesuffix(":")
    contract = ec.parse_contract(contract_with(block, name))
    assert contract.holidays.named == {name: frozen}
    if frozen.days and arguments[1].startswith("2026"):
        assert not contract.calendar("desk").hours_on(frozen.days[0])


def test_a_block_is_read_by_people(capsys: pytest.CaptureFixture[str]) -> None:
    """One day a line, with its name beside it."""
    lines = printed(capsys, "NL", "2026").splitlines()
    assert lines[:4] == ["holidays:", "  nl-2026:", "    country: NL", "    language: nl"]
    assert lines[-1] == "      2026-12-26: Tweede kerstdag"
    assert "      2026-04-27: Koningsdag" in lines


@given(st.text(max_size=20))
def test_any_text_reads_back_as_it_was(text: str) -> None:
    """The YAML that is written by hand is read by PyYAML as the same text, in whatever place it stands."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    written = _yaml_text(text)
    for document in (f"a: {written}\n", f"{written}: a\n", f"- {written}\n"):
        read = yaml.safe_load(document)
        assert read in ({"a": text}, {text: "a"}, [text])


@pytest.mark.parametrize(
    "text", ["NO", "no", "Yes", "null", "~", "2026", "1e3", "2026-01-01", "a: b", "a #b", "- a", ""]
)
def test_what_some_reader_would_misread_stands_in_quotes(text: str) -> None:
    """Truth values, numbers, dates and signs of YAML itself are written in quotes."""
    assert _yaml_text(text) == f'"{text}"'


def test_a_block_is_written_without_pyyaml(capsys: pytest.CaptureFixture[str]) -> None:
    """Freezing as YAML does not need the package that reads it."""
    code = (
        "import sys; sys.modules['yaml'] = None\n"
        "from ecsm_contracts.cli import main; sys.exit(main(['holidays', 'freeze', 'NL', '2026']))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stdout.decode("utf-8").splitlines() == printed(capsys, "NL", "2026").splitlines()


def test_a_day_without_a_name_is_written_and_read() -> None:
    """A set by hand may have days without names; the block says null for them."""
    frozen = HolidaySet.model_validate({"country": "NL", "days": {"2026-04-27": None, "2026-12-25": "Christmas"}})
    contract = ec.parse_contract(contract_with(_yaml(frozen), "nl"))
    assert contract.holidays.named["nl"] == frozen


@pytest.mark.parametrize(("suffix", "start"), [(".yaml", "holidays:\n"), (".YML", "holidays:\n"), (".json", "{\n")])
def test_the_name_of_the_output_says_its_form(
    suffix: str, start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file gets the form of its suffix, and nothing is printed then; another form is refused."""
    path = tmp_path / f"holidays{suffix}"
    assert printed(capsys, "NL", "2026", "--output", str(path)) == ""
    assert path.read_text(encoding="utf-8").startswith(start)
    other = "json" if start.startswith("holidays") else "yaml"
    assert main(["holidays", "freeze", "NL", "2026", "--output", str(path), "--format", other]) == 2
    assert "a file of this name holds" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["UK", "2026"], 'did you mean "GB"?'),
        (["", ""], "'' is not a country"),
        (["NL", "2027-2026"], "end before they start"),
        (["NL", "1900-2199"], "knows NL from 1966 to 2100"),
        (["NL", "2026", "--subdivision", "Nord"], 'did you mean "Noord"?'),
        (["NL", "2026", "--category", "bank"], "there is optional, public, school"),
        (["NL", "2026", "--language", "en"], "not a language of NL"),
        (["NYSE", "2026", "--market"], 'did you mean "XNYS"?'),
        (["XNYS", "2026"], "but a market"),
        (["XNYS", "2026", "--market", "--subdivision", "NY"], "a market has no subdivisions"),
        (["NL", "2026", "--output", "/dev/null/x"], "Not a directory"),
        (["\udcff", "2026"], "not a country"),
    ],
    ids=[
        "uk",
        "empty",
        "order",
        "range",
        "subdivision",
        "category",
        "language",
        "alias",
        "country",
        "part",
        "file",
        "byte",
    ],
)
def test_what_cannot_be_frozen_ends_with_2_and_says_why(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is not known to the package is one line of standard error, with what to write instead."""
    assert main(["holidays", "freeze", *arguments]) == 2
    seen = capsys.readouterr()
    assert said in seen.err
    assert (seen.out, seen.err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    "arguments", [[], ["freze"], ["freeze", "NL"], ["freeze", "NL", "2026", "--format", "xml"], ["diff"]]
)
def test_a_word_that_is_missing_or_unknown_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be understood is said in a line, not in a traceback."""
    with pytest.raises(SystemExit) as stopped:
        main(["holidays", *arguments])
    assert stopped.value.code == 2
    assert "ecsm-contracts holidays" in capsys.readouterr().err


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A contract with a set that is as frozen, one that is not, and one that was never frozen."""
    good = _yaml(freeze_holidays("NL", "2026"))
    bad = _yaml(freeze_market_holidays("XNYS", "2026")).removeprefix("holidays:\n")
    bad = bad.replace("2026-12-25: Christmas Day", "2026-12-24: Christmas Eve")
    bad = "\n".join(line for line in bad.splitlines() if "digest" not in line) + "\n"
    path = tmp_path / "contract.yaml"
    path.write_text(contract_with(good + bad + "  ours: {days: [2026-07-01]}\n", "nl-2026"), encoding="utf-8")
    return path


def test_a_diff_compares_every_frozen_set(contract: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All sets of a contract, each by its name, with what would change; status 1 because something would."""
    assert main(["holidays", "diff", str(contract)]) == 1
    source = freeze_holidays("NL", "2026").source
    assert capsys.readouterr().out.splitlines() == [
        "ours: not frozen from the holidays package, so there is nothing to compare",
        "nl-2026",
        f"  then: {source}; now: {source}",
        "  no changes",
        "xnys-2026",
        f"  then: {source}; now: {source}",
        "  - 2026-12-24  Christmas Eve",
        "  + 2026-12-25  Christmas Day",
    ]


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("nl-2026", 0, "no changes"),
        ("xnys-2026", 1, "+ 2026-12-25  Christmas Day"),
        ("ours", 2, "were not frozen from the holidays package"),
        ("nl-2025", 2, 'did you mean "nl-2026"?'),
        ("", 2, "no holiday set ''"),
    ],
)
def test_the_status_of_a_diff_says_what_was_found(
    name: str, status: int, said: str, contract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 when nothing would change, 1 when something would, 2 when the set cannot be frozen again."""
    assert main(["holidays", "diff", str(contract), name]) == status
    seen = capsys.readouterr()
    assert said in (seen.err if status == 2 else seen.out)


def test_a_diff_that_cannot_be_asked_is_no_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contract with problems, without frozen sets, with an unknown country, or no file at all: status 2."""
    path = tmp_path / "contract.yaml"
    sets = {
        "unknown field 'countri'": "holidays: {nl: {countri: NL, days: [2026-12-25]}}\n",
        "no holiday set here": "holidays: {nl: {days: [2026-12-25]}}\n",
        'did you mean "NL"?': 'holidays: {nl: {country: Netherlands, years: "2026"}}\n',
        "knows NL from 1966": 'holidays: {nl: {country: NL, years: "2026-2101"}}\n',
        "[encoding]": 'holidays: {nl: {country: "\\uD800"}}\n',
    }
    for said, block in sets.items():
        path.write_text(contract_with(block, "nl"), encoding="utf-8")
        assert main(["holidays", "diff", str(path)]) == 2
        assert said in capsys.readouterr().err
    assert main(["holidays", "diff", str(tmp_path / "none.yaml")]) == 2

"""The table of rows: found quickly, and only where they are."""

from ecsm_contracts.measures import Outcomes, Row


def test_a_row_is_found_by_kind_and_identity() -> None:
    """Every row of a table is found under its own kind and identity, and nothing else is."""
    rows = [
        Row(kind, f"I-{number}", "0" * 16, (number,)) for kind in ("ticket", "notice", "outage") for number in range(9)
    ]
    table = Outcomes(("4.1.met",), rows)
    for row in rows:
        assert table.find(row.kind, row.ref) == row
    assert table.find("ticket", "I-9") is table.find("ticket", "") is table.find("notice", "I-00") is None
    assert Outcomes(("4.1.met",)).find("ticket", "I-1") is None
    for kind in ("ticket", "notice", "outage"):
        assert list(table.of_kind(kind)) == [row for row in table if row.kind == kind]

"""Reading a YAML or JSON document, from a file or a text, into plain data with places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ecsm_contracts._display import escape_text
from ecsm_contracts.adapters._json import parse_json
from ecsm_contracts.adapters._limits import SIZE
from ecsm_contracts.errors import DocumentError, InvalidValue, MissingExtra, Problem, shown

if TYPE_CHECKING:
    import os

    from ecsm_contracts.contracts._document import Document

__all__ = ["FORMS", "Form", "parse_document", "read_document"]

Form = Literal["yaml", "json"]

FORMS: Final[dict[str, Form]] = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_BYTE_ORDER_MARK = "\ufeff"


def read_document(path: str | os.PathLike[str]) -> Document:
    """
    Return the document in the file at *path*, which ends in ``.yaml``, ``.yml`` or ``.json``.

    Raises:
        DocumentError: with every problem that was found, each with its line and column.
        InvalidValue: when the name of the file does not say what it holds.
        MissingExtra: when the file is YAML and PyYAML is not installed.
        OSError: when the file cannot be opened or read.
    """
    file = Path(path)
    name = escape_text(str(path))
    form = FORMS.get(file.suffix.lower())
    if form is None:
        message = f"{name}: a document is a file that ends in .yaml, .yml or .json"
        raise InvalidValue(message, rule="document_suffix", value=file.suffix)
    with file.open("rb") as stream:
        data = stream.read(SIZE.value + 1)
    if len(data) > SIZE.value:
        raise DocumentError([Problem(name, 1, 1, "", SIZE.code, SIZE.message)])
    return parse_document(_decode(data, name), name=name, form=form)


def parse_document(text: str, *, name: str, form: Form) -> Document:
    r"""
    Return the document that *text* holds; *name* is what problems call it.

        >>> parse_document("ref: ACME-2026\nterm: {start: 2026-01-01}", name="acme", form="yaml").data
        {'ref': 'ACME-2026', 'term': {'start': '2026-01-01'}}
        >>> parse_document('{"rate": NaN}', name="acme", form="json")
        Traceback (most recent call last):
        ecsm_contracts.errors.DocumentError: acme:1:10: rate: NaN is not a number [not_finite]

    Raises:
        DocumentError: with every problem that was found, each with its line and column.
        MissingExtra: when the form is YAML and PyYAML is not installed.
    """
    if form not in FORMS.values():
        message = f"{shown(form)} is not a form of documents; say yaml or json"
        raise InvalidValue(message, rule="document_form", value=form)
    name = escape_text(name)
    if len(text.encode("utf-8", "surrogatepass")) > SIZE.value:
        raise DocumentError([Problem(name, 1, 1, "", SIZE.code, SIZE.message)])
    text = text.removeprefix(_BYTE_ORDER_MARK)
    return _parse_yaml(text, name) if form == "yaml" else parse_json(text, name)


def _parse_yaml(text: str, name: str) -> Document:
    try:
        from ecsm_contracts.adapters._yaml import parse_yaml  # noqa: PLC0415 - PyYAML is an extra
    except ModuleNotFoundError as error:
        if error.name != "yaml":
            raise
        raise MissingExtra("yaml", "reading YAML") from error
    return parse_yaml(text, name)


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        message = f"the byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise DocumentError([Problem(name, line, column, "", "encoding", message)]) from None

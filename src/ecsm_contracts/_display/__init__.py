r"""
Escaped text, tables, trees and bars: how anything is shown, whatever it is about.

What is shown often comes from outside: the subject of a ticket, the name of a customer. So every cell and
label is data, never markup: characters that cannot be seen are shown as escapes such as ``\x1b``, and each
format escapes what it would read as its own. Nothing here looks at the terminal, the locale or the clock.
"""

from ecsm_contracts._display._bars import LOOKS, Bar, Bars, Lane, Mark
from ecsm_contracts._display._escape import display_width, escape_html, escape_markdown, escape_text
from ecsm_contracts._display._table import Column, Table
from ecsm_contracts._display._tree import Tree

__all__ = [
    "LOOKS",
    "Bar",
    "Bars",
    "Column",
    "Lane",
    "Mark",
    "Table",
    "Tree",
    "display_width",
    "escape_html",
    "escape_markdown",
    "escape_text",
]

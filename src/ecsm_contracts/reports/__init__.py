"""Statements as text, JSON, HTML, Markdown and CSV."""

from ecsm_contracts.reports._render import FORMATS, Format, render

__all__ = ["FORMATS", "Format", "render"]

"""Statements as text, JSON, HTML, Markdown and CSV."""

from ecsm_contracts.reports._render import FORMATS, render

__all__ = ["FORMATS", "render"]

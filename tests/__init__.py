"""Tests, importable as a package so that folders can share what they build."""

"""Tests that other people's packages stand: kinds of clause that a second package brings."""

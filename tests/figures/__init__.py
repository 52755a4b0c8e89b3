"""Tests of the floor `figures`, one file for each of its modules."""

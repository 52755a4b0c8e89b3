"""Tests of the floor `facts`, one file for each of its modules."""

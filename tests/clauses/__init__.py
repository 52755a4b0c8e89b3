"""Tests of the floor `clauses`: what is read, what is refused, and what settles on tallies made up by hand."""

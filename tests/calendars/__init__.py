"""Tests of the calendars floor."""

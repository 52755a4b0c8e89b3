"""Tests of the floor `measures`, and its clock against one that counts on its fingers."""

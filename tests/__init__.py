"""Tests: they mirror bot/ and cogs/; whole processes are under end_to_end/."""

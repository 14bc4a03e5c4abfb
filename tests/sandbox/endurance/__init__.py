"""Tests of what the runs with real processes are planned and judged by."""

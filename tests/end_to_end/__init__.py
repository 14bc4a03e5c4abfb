"""Whole processes against the loopback servers."""

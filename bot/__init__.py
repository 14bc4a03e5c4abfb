"""Paperwire: new papers, delivered to Discord channels, each one once."""

__version__ = "0.1.0"

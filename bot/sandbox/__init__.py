"""A Discord and sources of papers on loopback, for the demo and the end-to-end tests."""

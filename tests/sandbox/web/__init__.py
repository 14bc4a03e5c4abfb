"""The sandbox in a browser."""

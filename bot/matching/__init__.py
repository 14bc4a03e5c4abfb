"""The query language, and which papers a query selects. Pure."""

"""Text of papers made readable, cut into tokens and summed up. Pure."""

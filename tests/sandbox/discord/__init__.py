"""The Discord on loopback, seen by the unmodified client."""

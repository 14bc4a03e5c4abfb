"""Months of the bot in seconds: its real services and storage in a world that breaks, seeded.

Time is a value that the run sets. The disk, the sources and Discord are in the process, and fail
or end it between any two steps as the seed says. What must hold is judged by a model of its own.
"""

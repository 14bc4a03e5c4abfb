"""The real process, killed at random moments (`make kill`) or kept busy for minutes (`make soak`).

The bot is the one that `run` starts; Discord and the sources are the loopback ones.
"""

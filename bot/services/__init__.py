"""The verbs of Paperwire: each one a few use cases or one tick over rows that are due."""

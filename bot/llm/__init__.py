"""A language model behind an OpenAI-compatible endpoint: what it is asked, and how it answers."""

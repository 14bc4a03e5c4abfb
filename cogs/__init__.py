"""Slash commands: one file per noun. They translate, and hold no SQL, HTTP or loops over papers."""

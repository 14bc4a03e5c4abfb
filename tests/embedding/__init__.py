"""Tests of bot.embedding; skipped without the extra `semantic`."""

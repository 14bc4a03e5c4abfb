"""SQLite: one driver, one file of SQL per noun, rows to domain."""

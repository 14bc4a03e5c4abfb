"""Where papers come from: one pure file a source, and the only fetcher."""

"""Text of papers and of queries: TeX to Unicode, tokens, sentences, summaries. Contains no I/O."""

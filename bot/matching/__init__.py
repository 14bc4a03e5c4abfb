"""The query language: what people type, which papers it selects, and where it hit.

Pure: the same functions judge live delivery, previews, searches and the command line.
"""

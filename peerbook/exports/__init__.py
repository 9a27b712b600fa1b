"""Take-away copies of a built book: PDF, Word, a workbook of all tables, EPUB.

They are made from the pages and records of the last good build, never from raw data: `read` turns the pages
into the small document of `model`, and every writer writes from that. Only `coded` reads raw data: it writes
the public part of coded material for other programs.
"""

"""Keep the index in one SQLite file, through apsw and FTS5."""

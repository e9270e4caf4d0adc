"""Keep the log in one SQLite file, through apsw."""

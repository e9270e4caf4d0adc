"""The log in one SQLite file, through apsw."""

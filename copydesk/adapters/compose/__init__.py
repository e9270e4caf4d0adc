"""Serve what docker compose needs besides the engines: passwords, users, the dashboard."""

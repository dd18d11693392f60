"""Viewers, rights, and decisions that filter a query before it runs."""

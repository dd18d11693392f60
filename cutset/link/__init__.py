"""Mentions become postings, postings become leads."""

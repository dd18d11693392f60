"""Candidates: which of the mentions that are held may be the one that is asked about, found in milliseconds."""

"""Cutset: the open interdiction command-and-control platform."""

"""Positions to tracks, cues to events of interest, hand-offs and alarms, intercepts: the watch officer's picture."""

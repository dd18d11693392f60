"""Who may sign in: passwords, one-time codes, sessions and tokens. None of it is a report, and none is in the log."""

"""The append-only, tamper-evident store of reports."""

"""Files and feeds become reports: one reader a format."""

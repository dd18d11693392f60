"""Measures of what was interdicted and how well it was done."""

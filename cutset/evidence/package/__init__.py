"""The package of a case: all that a viewer may see of it, as a folder that proves itself, as PDF and as CASE/UCO."""

"""One module a family of identifiers. Each function gives a normalised value, or None where the check fails."""

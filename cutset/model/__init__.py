"""Plain data, with no I/O: reports, mentions, selectors, markings, quantities, codes."""

"""The lead desk: what people decide of leads, whom a match points to, what owners are asked, how long it took."""

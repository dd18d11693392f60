"""A made world with a known truth, to test, train and show cutset on. Nothing in it was observed by anyone."""

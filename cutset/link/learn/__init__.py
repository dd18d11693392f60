"""What is learned and linked offline: weights by expectation and maximisation, and whole sets at once."""

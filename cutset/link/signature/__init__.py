"""Drug signatures: whether two laboratory profiles speak of one batch, of one source, or of nothing."""

"""Search over all that a viewer may see, forgiving of spelling."""

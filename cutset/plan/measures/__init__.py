"""The measures of the catalogue, computed from what one viewer may see: a module for each family."""

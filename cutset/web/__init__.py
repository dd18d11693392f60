"""Pages and the HTTP interface: thin, one route a view."""

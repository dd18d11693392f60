"""Publications: the annual performance report and an agency's response, as HTML, PDF and CSV."""

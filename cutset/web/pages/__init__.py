"""The pages, one module for each of the people who use them; thin: each asks the node and fills a template."""

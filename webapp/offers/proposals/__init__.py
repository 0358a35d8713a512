"""A mapping for a feed nobody has described: proposed from the names and values of its records."""

"""The store made searchable, and kept up with what any process adds or removes."""

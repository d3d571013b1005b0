"""The library side: the shipped edition, the user's own items and brands, and reading files into them."""

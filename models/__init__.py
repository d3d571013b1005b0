"""Encoders behind one protocol, their registry, and the numbers fitted for them."""

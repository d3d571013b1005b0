"""Tells what a brand's draft has in common with everybody's, and with what the brand sells."""

import os

# Torch and FAISS each bring OpenMP threads that go on spinning for a moment after their work, and the next one's find
# the cores taken: a search right after encoding took a quarter longer. Read when those libraries load.
os.environ.setdefault("GOMP_SPINCOUNT", "2000")

"""`python -m contentcheck` is the command `contentcheck`."""

from contentcheck.cli import main

main()

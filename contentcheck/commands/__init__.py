"""The groups of commands under `contentcheck`."""

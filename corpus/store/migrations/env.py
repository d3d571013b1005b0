"""Run by Alembic; the connection is the one that the program opened."""

from alembic import context

from contentcheck.corpus.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()

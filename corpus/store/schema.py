"""The tables. A change here needs a migration beside it; a test compares the two.

Rows of `items` never change: a new text under an old key removes the old row and adds another. Nothing is
deleted: `removed` holds the number of the change that took a row out, and a row without it is live.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Every transaction that changes a shelf adds one row. `digest` is the sum, modulo 2**128, of the digests of the
# shelf's live items: updated with each change, equal for equal contents, whatever way led there.
changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("shelf", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("made_at", String(32), nullable=False),
    Index("ix_changes_shelf", "shelf", "seq"),
)

# Holds `epoch`, drawn by the first migration and drawn anew when a backup is restored.
facts = Table("facts", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False))

# `thresholds`: empty where they are the program's own.
brands = Table(
    "brands",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("words", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("allowed", JSON, nullable=False, server_default="[]"),
    Column("thresholds", JSON, nullable=False, server_default="{}"),
)
Index("uq_brands_live", brands.c.name, unique=True, sqlite_where=~brands.c.removed, postgresql_where=~brands.c.removed)

products = Table(
    "products",
    metadata,
    Column("brand_id", ForeignKey("brands.id"), primary_key=True),
    Column("product_id", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("key_points", JSON, nullable=False),
    Column("synonyms", JSON, nullable=False),
)

# `shelf` 0 is the library; any other is the brand whose published posts these are.
items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("shelf", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("genre", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("published", String(10), nullable=False),
    Column("added_at", String(32), nullable=False),
    Column("text_digest", LargeBinary(16), nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer),
    Column("duplicate_of", ForeignKey("items.id")),
    Column("likeness", Float),
    Index("ix_items_added", "shelf", "added"),
    Index("ix_items_duplicate_of", "duplicate_of"),
    Index("ix_items_text_digest", "shelf", "text_digest"),
)
Index(
    "uq_items_live",
    items.c.shelf,
    items.c.key,
    unique=True,
    sqlite_where=items.c.removed.is_(None),
    postgresql_where=items.c.removed.is_(None),
)

# A page of a shelf is read by its rows' numbers.
is_live = items.c.removed.is_(None)
Index("ix_items_live", items.c.shelf, items.c.id, sqlite_where=is_live, postgresql_where=is_live)

# Only what was removed: a search for what is live must not be led through it.
was_removed = items.c.removed.is_not(None)
Index("ix_items_removed", items.c.shelf, items.c.removed, sqlite_where=was_removed, postgresql_where=was_removed)

# A title is a passage with start == stop.
passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("item_id", ForeignKey("items.id"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("stop", Integer, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
)

# MinHash bands: two items that share one may be near duplicates.
bands = Table(
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    sqlite_with_rowid=False,
)

# Beside these stands `letters`, which the migrations make by hand: the text of each live item for searching, in SQLite
# an FTS5 table, in PostgreSQL a tsvector (see `search`).

models = Table(
    "models",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("dim", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("name", "revision"),
)

# `digest` is that of the text that was encoded, `vector` its float16 values.
vectors = Table(
    "vectors",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("model_id", ForeignKey("models.id"), nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    UniqueConstraint("model_id", "digest"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
)

# What editors say of a finding, kept for calibration.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("brand_id", ForeignKey("brands.id")),
    Column("text", Text, nullable=False),
    Column("finding", JSON, nullable=False),
    Column("agrees", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("provenance", JSON, nullable=False),
    Column("made_at", String(32), nullable=False, server_default=func.current_timestamp()),
)

# Curves fitted by `contentcheck calibrate`; `content` is as the files in models/calibration/. Rows are only added; at
# most one of a model and edition is active, and takes the place of the shipped one.
calibrations = Table(
    "calibrations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("content", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("made_at", String(32), nullable=False),
    UniqueConstraint("name"),
)

# Keys to the service. Only the SHA-256 of a key is kept: it is long and drawn at random, so nothing slower is needed.
# `brands`: the ids of those it is limited to, None for all. `rate`: requests a minute.
keys = Table(
    "keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("brands", JSON),
    Column("rate", Integer, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("revoked_at", String(32)),
    UniqueConstraint("digest"),
)

# What was answered to a write with an Idempotency-Key (`token`); without a status while it is being done. `key_id` 0,
# here and below, stands for a caller without a key.
answers = Table(
    "answers",
    metadata,
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    Column("token", Text, primary_key=True),
    Column("request", LargeBinary(32), nullable=False),
    Column("status", Integer),
    Column("headers", JSON),
    Column("body", LargeBinary),
    Column("made_at", String(32), nullable=False),
    Index("ix_answers_made_at", "made_at"),
)

# Drafts that were checked over the service and may be kept. `digest` is that of title and text as the gate knows them.
# `brief`, here and below: what lists tell of the report (see `briefs`).
checks = Table(
    "checks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("brand_id", ForeignKey("brands.id")),
    Column("key_id", Integer, nullable=False),
    Column("draft_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("report", JSON, nullable=False),
    Column("brief", JSON(none_as_null=True)),
    Column("made_at", String(32), nullable=False),
    Index("ix_checks_brand", "brand_id", "made_at"),
)

# Links that open the report of a check without a key, until they expire. Of a token only the SHA-256 is kept.
shares = Table(
    "shares",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("check_id", ForeignKey("checks.id"), nullable=False, index=True),
    Column("token_digest", LargeBinary(32), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
    UniqueConstraint("token_digest"),
)

# Which verdicts of a brand's drafts block them, and how many days checks and jobs are kept (None: until deleted).
policies = Table(
    "policies",
    metadata,
    Column("brand_id", ForeignKey("brands.id"), primary_key=True),
    Column("blocks", JSON, nullable=False),
    Column("retention_days", Integer),
)

exceptions = Table(
    "exceptions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("brand_id", ForeignKey("brands.id"), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("revoked_at", String(32)),
    Index("ix_exceptions_digest", "brand_id", "digest"),
)

# Who did what; rows are only added.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("brand_id", ForeignKey("brands.id")),
    Column("actor", Text, nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("made_at", String(32), nullable=False),
    Index("ix_audit_brand", "brand_id", "id"),
)

# `state`: arriving (not all of its rows are there yet), queued, done or cancelled. `webhook`: url and secret.
jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("brand_id", ForeignKey("brands.id")),
    Column("key_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("webhook", JSON),
    Column("made_at", String(32), nullable=False),
    Column("finished_at", String(32)),
    Index("ix_jobs_state", "state", "made_at"),
)

# `state`: queued, leased, done or failed. A worker holds a row until `leased_until` (seconds since 1970); a leased row
# without an owner is to be tried again from then on.
job_rows = Table(
    "job_rows",
    metadata,
    Column("job_id", ForeignKey("jobs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, nullable=False),
    Column("draft", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("owner", String(36)),
    Column("leased_until", Float),
    Column("verdict", String(32)),
    Column("report", JSON),
    Column("brief", JSON(none_as_null=True)),
    Column("error", Text),
    Index("ix_job_rows_state", "job_id", "state", "number"),
)

# Webhooks to be sent, and what became of each attempt. `state`: waiting, sending, delivered or
# given_up; of one being sent, `next_at` is when another sender may take it.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("job_id", ForeignKey("jobs.id"), nullable=False),
    Column("event", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("next_at", Float, nullable=False),
    Column("attempts", JSON, nullable=False),
    Column("made_at", String(32), nullable=False),
    Index("ix_deliveries_next", "state", "next_at"),
)

LIBRARY = 0
"""The shelf of known pieces."""

HEAD = "0007"
"""The newest migration."""

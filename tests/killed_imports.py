"""Kill an import again and again at random moments. Run by test_intake.py, for a process that can be forked at will.

    python killed_imports.py HOME URL ROWS KILLS SEED

Imports ROWS (jsonl) once undisturbed into HOME/straight, and in HOME/killed with a process that is killed; each time
that one comes to its end, and at the end of all, prints whether both stores hold the same, then starts anew. URL may
name a PostgreSQL database for the killed one.
"""

import faulthandler
import json
import os
import random
import signal
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import select, text
from tqdm import tqdm

from contentcheck.corpus import intake
from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.records import item_from_row
from contentcheck.corpus.store import Store, schema, vectors
from contentcheck.models.registry import SentenceEncoder

# Transactions as small as these make for many different moments.
intake._BATCH_ROWS = 16
vectors._STEP = 8
TIMES = {"added_at", "made_at"}


def take_in(home: Path, url: str, rows: list[Row], encoder: SentenceEncoder) -> None:
    with closing((store := Store(home, url or None)).database):
        intake.take_in(rows, "rows", store.library, vectors.StoredVectors(store.database, encoder), item_from_row)


def everything(home: Path, url: str) -> dict[str, list]:
    """All there is but times, the epoch, and numbers that an undone transaction uses up."""
    with closing((store := Store(home, url or None)).database), store.database.reading() as connection:
        found = {}
        for table in (schema.items, schema.passages, schema.changes, schema.bands, schema.models):
            columns = [c for c in table.c if c.name not in TIMES]
            found[table.name] = sorted(tuple(map(str, r)) for r in connection.execute(select(*columns)))
        columns = schema.vectors.c
        rows = connection.execute(select(columns.model_id, columns.digest, columns.vector))
        found["vectors"] = sorted((r.model_id, r.digest, r.vector) for r in rows)
        column = "rowid" if store.database.is_sqlite else "item_id"
        found["letters"] = sorted(connection.execute(text(f"SELECT DISTINCT {column} FROM letters")).scalars())
    return found


def clear(home: Path, url: str) -> None:
    if not url:
        for file in home.glob("contentcheck.db*"):
            file.unlink()
        return
    with closing((store := Store(home, url)).database), store.database.writing() as connection:
        connection.execute(text("DELETE FROM letters"))
        for table in reversed(schema.metadata.sorted_tables):
            if table is not schema.facts:
                connection.execute(table.delete())


def main() -> None:
    faulthandler.dump_traceback_later(100, exit=True)
    home, url, kills = Path(sys.argv[1]), sys.argv[2], int(sys.argv[4])
    chance = random.Random(int(sys.argv[5]))
    lines = Path(sys.argv[3]).read_text("utf-8").splitlines()
    rows = [Row(n, json.loads(line)) for n, line in enumerate(lines, 1)]
    tqdm.set_lock(threading.RLock())  # its own is shared with forked processes: a killed one would never let go
    tqdm.monitor_interval = 0
    encoder = SentenceEncoder("toy")
    encoder.encode(["warm"])
    straight, killed = home / "straight", home / "killed"
    begun = time.monotonic()
    take_in(straight, "", rows, encoder)
    duration = time.monotonic() - begun
    expected = everything(straight, "")
    done, same = 0, []
    while done < kills and len(same) < kills and all(same):
        child = os.fork()
        if child == 0:
            take_in(killed, url, rows, encoder)
            os._exit(0)
        time.sleep(chance.uniform(0, min(duration * 0.6, 1)))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            done += 1
        else:
            same.append(os.WEXITSTATUS(status) == 0 and everything(killed, url) == expected)
            clear(killed, url)
    take_in(killed, url, rows, encoder)
    same.append(everything(killed, url) == expected)
    print(json.dumps({"kills": done, "same": same, "rows": len(expected["items"]), "seconds": duration}))


main()

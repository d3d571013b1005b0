"""Hold store, index, model and calibration against each other; mend what can be mended from what is still good."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, distinct, func, insert, select, text

from contentcheck.engine.errors import StateError

from .live.accounts import LiveAccounts
from .live.library import LiveLibrary
from .live.saved_index import SavedIndex
from .live.shelf import LiveShelf
from .store import Store, schema
from .store.change import content_digest, last_seq, relearn_letters
from .store.contents import ShelfContents
from .store.database import now
from .store.shelf import Shelf
from .store.vectors import StoredVectors

_DRIFT = 0.1  # cosine units that ordinary writing may come nearer before normalising it away is doubtful
_OLD_FILES = {"items.jsonl": "corpus import", "brands.jsonl": "brand import"}
_LIBRARY = "自建库"
_V = schema.vectors.c


class Condition(StrEnum):
    """How a part was found, and left."""

    GOOD = "good"
    REPAIRED = "repaired"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part that was looked at; subject and message are for people."""

    subject: str
    condition: Condition
    message: str


def drop_broken_vectors(store: Store) -> int:
    """Delete vectors that are not as long as their model's are; returns how many.

    With such a vector among them nothing can be opened. What is deleted is encoded again when it is next needed.
    """
    dim = select(schema.models.c.dim).where(schema.models.c.id == _V.model_id).scalar_subquery()
    with store.database.writing() as connection:
        return connection.execute(delete(schema.vectors).where(func.length(_V.vector) != 2 * dim)).rowcount


def examine(
    store: Store, vectors: StoredVectors, library: LiveLibrary, accounts: LiveAccounts, calibration: str, broken: int
) -> Iterator[Finding]:
    """Every finding, one after the other; the model comes before what is made with it.

    `broken`: how many vectors `drop_broken_vectors` deleted before the rest was opened.
    """
    yield _database(store)
    yield _earlier_files(store)
    publishing = [name for name in store.brands.all() if store.brands.posts(name).state().seq]
    yield _changes(store, store.library, _LIBRARY)
    for name in publishing:
        yield _changes(store, store.brands.posts(name), _posts_of(name))
    yield _letters(store)
    yield _model(store, vectors)
    yield _vectors(store, vectors, broken)
    yield _index(library.shelf, _LIBRARY)
    for name in publishing:
        yield _index(accounts.posts(name), _posts_of(name))
    yield _calibration(store, calibration)
    yield _drift(library.current().drift)


def _posts_of(brand: str) -> str:
    return f"品牌“{brand}”的已发文章"


def _database(store: Store) -> Finding:
    with store.database.reading() as connection:
        if store.database.is_sqlite:
            said = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
            if said != "ok":
                place = store.database.file or store.database
                raise StateError(f"数据库 {place} 已损坏（{said}）；请移走它，再用 contentcheck restore 从备份恢复")
        count = connection.execute(select(func.count()).select_from(schema.items)).scalar_one()
    place = store.database.file or store.database
    return Finding("数据库", Condition.GOOD, f"{place}，结构版本 {schema.HEAD}，{count} 条记录（含已停用的）")


def _earlier_files(store: Store) -> Finding:
    found = {name: command for name, command in _OLD_FILES.items() if (store.database.home / name).exists()}
    if not found:
        return Finding("旧版文件", Condition.GOOD, "没有")
    commands = "；".join(
        f"contentcheck {command} {shlex.quote(str(store.database.home / name))}" for name, command in found.items()
    )
    return Finding("旧版文件", Condition.BAD, f"早期版本的内容还没有导入，请运行：{commands}，然后移走这些文件")


def _changes(store: Store, shelf: Shelf, name: str) -> Finding:
    """The running count and digest against what is there."""
    recorded, true = _recorded(shelf), _counted(shelf)
    if recorded != true:
        with store.database.writing() as connection:  # counted again while nobody else can write
            recorded, true = _recorded(shelf), _counted(shelf)
            if recorded != true:
                row = {"seq": last_seq(connection) + 1, "shelf": shelf.number, "made_at": now()}
                connection.execute(insert(schema.changes), {**row, "total": true[0], "digest": true[1]})
    count = true[0]
    if recorded == true:
        return Finding(name, Condition.GOOD, f"{count} 条，与变更记录一致")
    wrong = f"记着 {recorded[0]} 条，实际 {count} 条" if recorded[0] != count else f"与实际的 {count} 条内容对不上"
    return Finding(name, Condition.REPAIRED, f"变更记录{wrong}；已按实际更正")


def _recorded(shelf: Shelf) -> tuple[int, bytes]:
    state = shelf.state()
    return state.count, state.digest


def _counted(shelf: Shelf) -> tuple[int, bytes]:
    count = digest = 0
    for item in shelf.items():
        count += 1
        digest += content_digest(item)
    return count, (digest % 2**128).to_bytes(16)


def _letters(store: Store) -> Finding:
    """What is searched against what is there."""
    live = schema.items.c.removed.is_(None)
    column = "rowid" if store.database.is_sqlite else "item_id"
    with store.database.reading() as connection:
        there = set(connection.execute(text(f"SELECT {column} FROM letters")).scalars())
        wanted = set(connection.execute(select(schema.items.c.id).where(live)).scalars())
    if there == wanted:
        return Finding("全文检索", Condition.GOOD, f"{len(wanted)} 条可以查到")
    with store.database.writing() as connection:
        relearn_letters(connection)
    return Finding("全文检索", Condition.REPAIRED, f"有 {len(there ^ wanted)} 条对不上；已重建")


def _model(store: Store, vectors: StoredVectors) -> Finding:
    others = [f"{m.name} {m.revision}" for m in store.models.all() if m != vectors.model]
    kept = f"；另存有 {'、'.join(others)} 的向量" if others else ""
    return Finding("模型", Condition.GOOD, f"{vectors.name} {vectors.revision}，{vectors.dim} 维{kept}")


def _vectors(store: Store, vectors: StoredVectors, broken: int) -> Finding:
    """What has no vector for the model is encoded; `broken` ones were deleted before and may be among these."""
    items, passages = schema.items.c, schema.passages.c
    of_model = _V.model_id == vectors.model.id
    live = schema.passages.join(schema.items, passages.item_id == items.id)
    encoded = live.outerjoin(schema.vectors, (_V.digest == passages.digest) & of_model)
    lacking = select(func.count(distinct(passages.digest))).select_from(encoded)
    with store.database.reading() as connection:
        absent = connection.execute(lacking.where(items.removed.is_(None), _V.id.is_(None))).scalar_one()
        shelves = connection.execute(select(items.shelf).where(items.removed.is_(None)).distinct()).scalars().all()
    if absent:
        for number in shelves:
            ShelfContents(store.database, number, vectors).encode_missing()
    with store.database.reading() as connection:
        count = connection.execute(select(func.count()).select_from(schema.vectors).where(of_model)).scalar_one()
    wrong = [f"{broken} 个长度不对"] if broken else []
    wrong += [f"{absent} 段文字没有向量"] if absent else []
    if wrong:
        return Finding("向量", Condition.REPAIRED, f"{'，'.join(wrong)}；已重新编码，现有 {count} 个")
    return Finding("向量", Condition.GOOD, f"{count} 个")


def _index(shelf: LiveShelf, name: str) -> Finding:
    """The saved index is opened and, if it is due, missing or not of this store, built anew."""
    subject = f"{name}的索引"
    left = _tidied(shelf.place())
    cleared = f"；清理了 {left} 个残留" if left else ""
    was_saved = shelf.place().name() is not None
    moment = shelf.current()
    total = sum(len(s) for s in moment.collection.shards) - len(moment.collection.hidden)
    if shelf.is_due() or (was_saved and shelf.saved_passages == 0):
        shelf.build()
        shelf.current()
        return Finding(subject, Condition.REPAIRED, f"{total} 个片段，已重建{cleared}")
    where = f"{shelf.saved_passages} 个存在索引文件中" if shelf.saved_passages else "随启动读入"
    return Finding(subject, Condition.REPAIRED if left else Condition.GOOD, f"{total} 个片段，{where}{cleared}")


def _tidied(place: SavedIndex) -> int:
    """How many leftovers were deleted; none while another process builds, whose work would look like one."""
    if not place.folder.is_dir():
        return 0
    with place.alone() as alone:
        return place.tidy() if alone else 0


def _calibration(store: Store, name: str) -> Finding:
    """Which one is used; own ones that were fitted to another model or edition are named, for they are not."""
    stored = store.calibrations.all()
    of_this = {(c.model, c.edition) for c in stored if c.name == name}
    idle = [c.name for c in stored if c.active and (c.model, c.edition) not in of_this]
    if of_this:
        used = f"用自己的稿件拟合（{name}）"
    elif name == "drawn-from-edition":
        used = "没有为这个模型拟合过，分数由随程序提供的内容推算，较粗"
    else:
        used = f"已为这个模型拟合（{name}）"
    other = f"；{'、'.join(idle)} 属于别的模型或内容库版本，没有使用，可重新运行 contentcheck calibrate" if idle else ""
    return Finding("校准", Condition.GOOD, used + other)


def _drift(drift: float) -> Finding:
    if drift > _DRIFT:
        advice = "请检查是否把新闻、说明之类的普通文章导入了内容库"
        return Finding("漂移", Condition.BAD, f"自建库与普通文字过于接近（{drift:.3f}，应不超过 {_DRIFT:g}）；{advice}")
    return Finding("漂移", Condition.GOOD, f"自建库没有使普通文字显得雷同（{drift:.3f}，应不超过 {_DRIFT:g}）")

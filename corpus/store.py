"""The user's own items and brands, in plain files of the home folder.

Every change writes the whole file beside the old one and swaps it in, so that a killed program leaves
either the old state or the new one.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from contentcheck.engine.documents import Brand, CorpusItem, Product
from contentcheck.engine.errors import InputError, StateError, UnknownBrand

T = TypeVar("T")


class Store:
    """Items and brands under `home`, which is made when something is first written."""

    def __init__(self, home: Path):
        self.home = home
        self._items_file = home / "items.jsonl"
        self._brands_file = home / "brands.jsonl"

    def items(self) -> list[CorpusItem]:
        """The user's own items in the order they were added."""
        return list(self._read(self._items_file, lambda r: CorpusItem(**{**r, "tags": tuple(r["tags"])})))

    def add_items(self, items: Iterable[CorpusItem]) -> None:
        """Append items; duplicates are kept."""
        with self._locked():
            self._write(self._items_file, [asdict(i) for i in (*self.items(), *items)])

    def remove_items(self, ids: set[str]) -> int:
        """Remove every item with one of these ids; returns how many there were.

        Raises:
            InputError: if an id is not in the user's library; then nothing is removed.
        """
        with self._locked():
            items = self.items()
            unknown = ids - {i.id for i in items}
            if unknown:
                raise InputError(
                    f"自建库中没有编号为“{'、'.join(sorted(unknown))}”的内容；可用 contentcheck corpus list 查看"
                )
            kept = [i for i in items if i.id not in ids]
            self._write(self._items_file, [asdict(i) for i in kept])
            return len(items) - len(kept)

    def brands(self) -> dict[str, Brand]:
        """Brands by name."""
        products: dict[str, list[Product]] = {}
        for name, product in self._read(self._brands_file, _product):
            products.setdefault(name, []).append(product)
        return {name: Brand(name, tuple(found)) for name, found in products.items()}

    def brand(self, name: str) -> Brand:
        """Raises UnknownBrand, naming those there are."""
        brands = self.brands()
        if name not in brands:
            known = "、".join(brands) or "（还没有品牌）"
            raise UnknownBrand(f"没有名为“{name}”的品牌；现有品牌：{known}。请先导入：contentcheck brand import 文件")
        return brands[name]

    def words(self) -> list[str]:
        """The user's dictionary: `words.txt` in the home folder, one word a line, kept whole when texts are cut."""
        file = self.home / "words.txt"
        try:
            return [w.strip() for w in file.read_text("utf-8-sig").splitlines() if w.strip()] if file.exists() else []
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"无法读取 {file}：{error}；应为 UTF-8 文本，一行一个词") from error

    def add_brands(self, brands: Iterable[Brand]) -> None:
        """Add products to their brands; a product with a known id replaces the old one."""
        with self._locked():
            merged = {b.name: {p.product_id: p for p in b.products} for b in self.brands().values()}
            for brand in brands:
                merged.setdefault(brand.name, {}).update({p.product_id: p for p in brand.products})
            self._write_brands({name: tuple(products.values()) for name, products in merged.items()})

    def remove_brand(self, name: str) -> None:
        """Raises UnknownBrand."""
        self.brand(name)
        with self._locked():
            self._write_brands({b.name: b.products for b in self.brands().values() if b.name != name})

    def _write_brands(self, brands: dict[str, tuple[Product, ...]]) -> None:
        rows = [{"brand": name, **asdict(p)} for name, products in brands.items() for p in products]
        self._write(self._brands_file, rows)

    def _read(self, file: Path, convert: Callable[[dict[str, Any]], T]) -> Iterator[T]:
        if self.home.exists() and not self.home.is_dir():
            raise StateError(f"{self.home} 不是文件夹；请移走该文件，或设置 CONTENTCHECK_HOME")
        try:
            text = file.read_text("utf-8") if file.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"无法读取 {file}：{error}") from error
        for number, line in enumerate(text.split("\n"), 1):
            if line:
                try:
                    yield convert(json.loads(line))
                except (ValueError, TypeError, KeyError) as error:
                    raise StateError(f"{file} 第 {number} 行已损坏（{error}）；请从备份恢复该文件") from error

    def _write(self, file: Path, rows: list[dict[str, Any]]) -> None:
        with self._guard():
            _swap_in(file, [json.dumps(r, ensure_ascii=False) + "\n" for r in rows])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, across processes."""
        with self._guard():
            self.home.mkdir(parents=True, exist_ok=True)
            lock = (self.home / "lock").open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            remedy = "请检查磁盘空间和权限，或设置 CONTENTCHECK_HOME"
            raise StateError(f"无法写入 {self.home}：{error.strerror}；{remedy}") from error


def _product(row: dict[str, Any]) -> tuple[str, Product]:
    return row["brand"], Product(row["product_id"], row["name"], row["text"], tuple(row["key_points"]))


def _swap_in(file: Path, lines: list[str]) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, suffix=".tmp", delete=False) as temporary:
        temporary.writelines(lines)
        temporary.flush()
        os.fsync(temporary.fileno())
    Path(temporary.name).replace(file)

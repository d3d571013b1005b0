"""Brands, what they sell, and the words and standing texts that are theirs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from contentcheck.engine.allowed import refuse_too_short
from contentcheck.engine.documents import Brand, Product
from contentcheck.engine.errors import UnknownBrand
from contentcheck.engine.thresholds import USUAL, Thresholds

from . import schema
from .change import Change
from .database import Database
from .shelf import Shelf

_B = schema.brands.c
_P = schema.products.c


class Brands:
    """The brands of a database, by name."""

    def __init__(self, database: Database):
        self._database = database

    def all(self) -> dict[str, Brand]:
        """Every brand in the order they came."""
        with self._database.reading() as connection:
            rows = connection.execute(select(schema.brands).where(~_B.removed).order_by(_B.id)).all()
            return {row.name: _brand(connection, row) for row in rows}

    def get(self, name: str) -> Brand:
        """Raises UnknownBrand, naming those there are."""
        with self._database.reading() as connection:
            return _brand(connection, self._row(connection, name))

    def page(self, after: int, limit: int, names: Iterable[str] | None = None) -> list[tuple[int, str, int]]:
        """Up to `limit` brands in the order they came: row number, name, how many products.

        Args:
            after: only those of higher row numbers; 0 for all.
            names: only these; None: all.
        """
        count = select(func.count()).where(_P.brand_id == _B.id).scalar_subquery()
        wanted = select(_B.id, _B.name, count).where(~_B.removed, _B.id > after).order_by(_B.id).limit(limit)
        if names is not None:
            wanted = wanted.where(_B.name.in_(list(names)))
        with self._database.reading() as connection:
            return [(number, name, products) for number, name, products in connection.execute(wanted)]

    def products(self, name: str, after: str, limit: int) -> list[Product]:
        """Up to `limit` products in the order of their ids, those after one. Raises UnknownBrand."""
        with self._database.reading() as connection:
            wanted = select(schema.products).where(_P.brand_id == self._row(connection, name).id, _P.product_id > after)
            return [_product(row) for row in connection.execute(wanted.order_by(_P.product_id).limit(limit))]

    def version(self, name: str) -> tuple[int, int]:
        """Changes whenever the brand's products, words, allowed texts or thresholds do. Raises UnknownBrand."""
        with self._database.reading() as connection:
            row = self._row(connection, name)
            return row.id, row.version

    def posts(self, name: str) -> Shelf:
        """What the brand's account has published. Raises UnknownBrand."""
        with self._database.reading() as connection:
            return Shelf(self._database, self._row(connection, name).id)

    def add(self, brands: Iterable[Brand]) -> None:
        """Add products to their brands; a product with a known id replaces the old one.

        Words and allowed texts are added too. Thresholds stay as they are unless these differ from the usual ones.
        """
        with self._database.writing() as connection:
            for brand in brands:
                number, words, allowed = self._known(connection, brand.name)
                known = {r.product_id: r.place for r in connection.execute(_products_of(number))}
                places = {**known}
                for product in brand.products:
                    places.setdefault(product.product_id, len(places))
                newest = {p.product_id: p for p in brand.products}
                if newest:
                    renewed = _P.product_id.in_(list(newest))
                    connection.execute(delete(schema.products).where(_P.brand_id == number, renewed))
                    rows = [_product_row(number, places[p.product_id], p) for p in newest.values()]
                    connection.execute(insert(schema.products), rows)
                merged = {"words": _once(words, brand.words), "allowed": _once(allowed, brand.allowed)}
                thresholds = _kept(brand.thresholds)
                self._renew(connection, number, **merged, **({"thresholds": thresholds} if thresholds else {}))

    def edit(self, name: str, change: Callable[[Brand | None], Brand]) -> Brand:
        """Have a brand be what `change` makes of it as it is at that moment (None: there is none); returns that.

        If `change` raises, everything stays as it was.
        """
        with self._database.writing() as connection:
            row = connection.execute(select(schema.brands).where(_B.name == name, ~_B.removed)).first()
            before = _brand(connection, row) if row is not None else None
            after = change(before)
            if after != before:
                number, *_ = self._known(connection, name)
                connection.execute(delete(schema.products).where(_P.brand_id == number))
                rows = [_product_row(number, place, p) for place, p in enumerate(after.products)]
                if rows:
                    connection.execute(insert(schema.products), rows)
                lists = {"words": _once(after.words), "allowed": _once(after.allowed)}
                self._renew(connection, number, **lists, thresholds=_kept(after.thresholds))
            return after

    def set_words(self, name: str, words: Iterable[str]) -> None:
        """The brand's own dictionary, in place of the old one. Raises UnknownBrand."""
        with self._database.writing() as connection:
            self._renew(connection, self._row(connection, name).id, words=_once(words))

    def set_allowed(self, name: str, texts: Sequence[str]) -> None:
        """What is set aside in the brand's drafts, in place of the old list.

        Raises:
            UnknownBrand: if there is no such brand.
            InputError: if a text is too short.
        """
        refuse_too_short(texts)
        with self._database.writing() as connection:
            self._renew(connection, self._row(connection, name).id, allowed=_once(texts))

    def remove(self, name: str, permit: Callable[[Brand], None] = lambda brand: None) -> None:
        """Remove a brand and its posts; `permit` is shown it as it is, and may raise. Raises UnknownBrand."""
        with self._database.writing() as connection:
            row = self._row(connection, name)
            permit(_brand(connection, row))
            number = row.id
            self._renew(connection, number, removed=True)
            posts = select(schema.items).where(schema.items.c.shelf == number, schema.items.c.removed.is_(None))
            change = Change(connection, number)
            change.take_out(connection.execute(posts).all())
            change.record()

    def _row(self, connection: Connection, name: str) -> Row[Any]:
        row = connection.execute(select(schema.brands).where(_B.name == name, ~_B.removed)).first()
        if row is None:
            names = connection.execute(select(_B.name).where(~_B.removed).order_by(_B.id)).scalars()
            known = "、".join(names) or "（还没有品牌）"
            raise UnknownBrand(f"没有名为“{name}”的品牌；现有品牌：{known}。请先导入：contentcheck brand import 文件")
        return row

    def _known(self, connection: Connection, name: str) -> tuple[int, list[str], list[str]]:
        """The brand's number, words and allowed texts; made where there is none."""
        live = select(_B.id, _B.words, _B.allowed).where(_B.name == name, ~_B.removed)
        row = connection.execute(live).first()
        if row is not None:
            return row.id, row.words, row.allowed
        number = (connection.execute(select(func.max(_B.id))).scalar() or 0) + 1
        new = {"id": number, "name": name, "words": [], "version": 0, "removed": False, "allowed": []}
        connection.execute(insert(schema.brands), new)
        return number, [], []

    def _renew(self, connection: Connection, number: int, **values: Any) -> None:
        connection.execute(update(schema.brands).where(_B.id == number).values(version=_B.version + 1, **values))


def _once(*lists: Iterable[str]) -> list[str]:
    """All of them, each where it first stood."""
    return list(dict.fromkeys(chain(*lists)))


def _kept(thresholds: Thresholds) -> dict[str, int]:
    """As they are stored: a brand that has no wish of its own goes with the program."""
    return {} if thresholds == USUAL else asdict(thresholds)


def _products_of(number: int):
    return select(schema.products).where(_P.brand_id == number).order_by(_P.place)


def _product_row(number: int, place: int, product: Product) -> dict[str, Any]:
    return {
        "brand_id": number,
        "product_id": product.product_id,
        "place": place,
        "name": product.name,
        "text": product.text,
        "key_points": list(product.key_points),
        "synonyms": list(product.synonyms),
    }


def _brand(connection: Connection, row: Row[Any]) -> Brand:
    products = tuple(map(_product, connection.execute(_products_of(row.id))))
    return Brand(row.name, products, tuple(row.words), tuple(row.allowed), Thresholds(**row.thresholds))


def _product(row: Row[Any]) -> Product:
    return Product(row.product_id, row.name, row.text, tuple(row.key_points), tuple(row.synonyms))

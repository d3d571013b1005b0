"""Calibrations fitted here, each kept under a name of its own; at most one of a model and edition is in use."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from contentcheck.engine.errors import InputError

from . import schema
from .database import Database, now

_C = schema.calibrations.c
SHIPPED = "shipped"
"""In place of a name: the calibration that comes with the program."""


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """One fit: `content` is plain data as in the files of models/calibration/, its name included."""

    name: str
    model: str
    edition: str
    content: dict[str, Any]
    active: bool
    made_at: str


class Calibrations:
    """The calibrations of a database, oldest first."""

    def __init__(self, database: Database):
        self._database = database

    def all(self) -> list[StoredCalibration]:
        """Every one, of whatever model and edition."""
        with self._database.reading() as connection:
            return [_stored(row) for row in connection.execute(select(schema.calibrations).order_by(_C.id))]

    def active(self, model: str, edition: str) -> StoredCalibration | None:
        """The one in use for this model and edition; None: the shipped one is."""
        return next((c for c in self.all() if c.active and (c.model, c.edition) == (model, edition)), None)

    def add(self, model: str, edition: str, content: dict[str, Any]) -> str:
        """Keep one and use it from now on; returns the name it gets, as `use-m3/2026.11-2/home-3`."""
        with self._database.writing() as connection:
            number = (connection.execute(select(func.max(_C.id))).scalar() or 0) + 1
            name = f"{model}/{edition}/home-{number}"
            _rest(connection, model, edition)
            row = {"id": number, "name": name, "model": model, "edition": edition, "made_at": now()}
            kept = {**content, "name": name}
            connection.execute(insert(schema.calibrations), {**row, "content": kept, "active": True})
        return name

    def use(self, name: str, model: str, edition: str) -> None:
        """Use this one, or with `SHIPPED` none, for the model and edition.

        Raises:
            InputError: if there is no such calibration of this model and edition.
        """
        fitting = _of(model, edition)
        with self._database.writing() as connection:
            names = connection.execute(select(_C.name).where(fitting).order_by(_C.id)).scalars().all()
            if name not in (SHIPPED, *names):
                raise InputError(f"没有可用于 {model}/{edition} 的校准“{name}”；可选：{'、'.join([SHIPPED, *names])}")
            _rest(connection, model, edition)
            connection.execute(update(schema.calibrations).where(fitting, _C.name == name).values(active=True))


def _of(model: str, edition: str):
    return (_C.model == model) & (_C.edition == edition)


def _rest(connection: Connection, model: str, edition: str) -> None:
    connection.execute(update(schema.calibrations).where(_of(model, edition)).values(active=False))


def _stored(row: Row[Any]) -> StoredCalibration:
    return StoredCalibration(row.name, row.model, row.edition, row.content, row.active, row.made_at)

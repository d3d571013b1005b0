"""Tables whose rows belong to a brand or to none: its name beside them. A removed brand has none any more."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Join, Table

from . import schema

BRAND = schema.brands.c.name.label("brand")


def with_brand(table: Table) -> Join:
    """The table beside the live brands of its rows."""
    return table.outerjoin(schema.brands, (schema.brands.c.id == table.c.brand_id) & ~schema.brands.c.removed)


def of_brands(names: Collection[str] | None) -> list[ColumnElement[bool]]:
    """A condition on `with_brand`: of one of these brands; None: of whatever brand, or of none."""
    return [] if names is None else [schema.brands.c.name.in_(names)]

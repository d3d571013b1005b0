"""Brands and products as callers send them and see them."""

from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StrictInt, StringConstraints, model_validator

from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.records import product_from_row
from contentcheck.engine import documents
from contentcheck.engine.allowed import refuse_too_short
from contentcheck.engine.errors import InputError
from contentcheck.engine.thresholds import USUAL, Thresholds

from .http.problems import invalid
from .inputs import Body, usable


def _long_enough(text: str) -> str:
    try:
        refuse_too_short([text])
    except InputError as error:
        raise ValueError(str(error)) from error
    return text


Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Threshold = Annotated[StrictInt, Field(ge=0, le=100)]
Standing = Annotated[str, Field(max_length=2_000), AfterValidator(_long_enough)]


class ProductBody(Body):
    """A product. `product_id`, where it is given, is that of the path."""

    product_id: str | None = Field(default=None, min_length=1, max_length=500)
    name: str = Field(min_length=1, max_length=500)
    text: str = Field(min_length=1, max_length=20_000)
    key_points: list[str] = Field(default=[], max_length=200, description="facts that a draft should mention")
    synonyms: list[str] = Field(default=[], max_length=200, description="other names it goes by")

    @model_validator(mode="after")
    def _usable(self) -> "ProductBody":
        usable(lambda: self.product(self.product_id or "-"), self)
        return self

    def product(self, product_id: str) -> documents.Product:
        """As the engine knows it."""
        row = {**self.model_dump(), "product_id": product_id, "brand": "-"}
        return product_from_row(Row(0, row))[1]


class ListedProduct(ProductBody):
    """A product in a list."""

    product_id: str = Field(min_length=1, max_length=500)  # pyright: ignore[reportIncompatibleVariableOverride]


class ThresholdsBody(Body):
    """Which scores count in verdicts. What is left out is as usual, so that an empty object goes back to that."""

    common: Threshold = Field(default=USUAL.common, description="homogeneity from which a draft is rejected")
    mixed: Threshold = Field(default=USUAL.mixed, description="homogeneity from which it is to be revised")
    off_topic: Threshold = Field(default=USUAL.off_topic, description="relevance below which a draft is rejected")
    weak: Threshold = Field(default=USUAL.weak, description="relevance below which it is to be revised")

    @model_validator(mode="after")
    def _in_order(self) -> "ThresholdsBody":
        try:
            self.thresholds()
        except InputError as error:
            raise ValueError(str(error)) from error
        return self

    def thresholds(self) -> Thresholds:
        """As the engine knows them."""
        return Thresholds(**self.model_dump())


class BrandBody(Body):
    """A brand. Each part that is given takes the place of the old one; what is left out stays as it is."""

    name: str | None = Field(default=None, description="where it is given: that of the path")
    words: list[Word] | None = Field(default=None, max_length=10_000, description="never cut in two")
    allowed: list[Standing] | None = Field(
        default=None, max_length=1_000, description="slogans, legal lines: set aside"
    )
    products: list[ListedProduct] | None = Field(default=None, max_length=1_000)
    thresholds: ThresholdsBody | None = None

    def brand(self, before: documents.Brand) -> documents.Brand:
        """What becomes of a brand. Raises Problem 422 where two products have one id."""
        given = {
            name: tuple(dict.fromkeys(self.__dict__[name] or ()))
            for name in ("words", "allowed")
            if self.__dict__[name] is not None
        }
        thresholds = self.thresholds.thresholds() if self.thresholds else before.thresholds
        after = replace(before, **given, thresholds=thresholds)
        if self.products is None:
            return after
        products = {p.product_id: p.product(p.product_id) for p in self.products}
        if len(products) < len(self.products):
            raise invalid(
                "body.products", [p.product_id for p in self.products], "有两个产品编号相同", "各不相同的编号"
            )
        return replace(after, products=tuple(products.values()))


class StoredProduct(BaseModel):
    """A product as it is stored."""

    product_id: str
    name: str
    text: str
    key_points: list[str]
    synonyms: list[str]

    @classmethod
    def of(cls, product: documents.Product) -> "StoredProduct":
        return cls.model_validate(product, from_attributes=True)


class StoredBrand(BaseModel):
    """A brand as it is stored."""

    name: str
    words: list[str]
    allowed: list[str]
    products: list[StoredProduct]
    thresholds: Thresholds

    @classmethod
    def of(cls, brand: documents.Brand) -> "StoredBrand":
        return cls.model_validate(brand, from_attributes=True)


class ListedBrand(BaseModel):
    """A brand in a list."""

    name: str
    products: int = Field(description="how many it has")

"""Brands and what they sell."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from contentcheck.engine import documents
from contentcheck.engine.errors import UnknownBrand

from ..access import TheCaller
from ..catalogue import BrandBody, ListedBrand, ProductBody, StoredBrand, StoredProduct
from ..http.conditional import NOT_MODIFIED, TheKnown, ThePrecondition, etag
from ..http.paging import Page, ThePage
from ..http.problems import described, invalid, not_found
from ..inputs import Id, PathBrand
from ..service import TheService

router = APIRouter(prefix="/v1/brands", tags=["brands"])


_PRODUCT: dict[str, Any] = {
    "name": "神经酰胺面霜",
    "text": "这款面霜含三种神经酰胺，适合干燥肌肤早晚使用。",
    "key_points": ["三种神经酰胺", "不含香精"],
    "synonyms": ["小绿罐"],
}
_PRODUCT_EXAMPLES: dict[str, Any] = {"cream": {"summary": "一款面霜", "value": _PRODUCT}}
_BRAND_EXAMPLES: dict[str, Any] = {
    "whole": {
        "summary": "品牌和它的产品",
        "value": {
            "words": ["小绿罐"],
            "allowed": ["苔朵，给肌肤一层安静的保护"],
            "products": [{"product_id": "cream-1", **_PRODUCT}],
        },
    },
    "thresholds": {"summary": "只换判定标准", "value": {"thresholds": {"common": 80, "mixed": 60}}},
    "allowed": {"summary": "只换固定用语", "value": {"allowed": ["本文不构成医疗建议"]}},
}


def _put(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """What a PUT may answer."""
    made: dict[int | str, dict[str, Any]] = {
        200: {"description": "Replaced"},
        201: {"description": "Created", "model": model},
    }
    return made | described(400, 403, 404, 412, 413, 422, 503)


@router.get("", response_model=Page[ListedBrand], responses=described(403, 422, 503) | NOT_MODIFIED)
def list_brands(asked: ThePage, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """Brands that the caller may see, in the order they came."""
    caller.need("read")
    rows = service.store.brands.page(*asked.after(0), asked.limit + 1, caller.brands)
    page = asked.page(rows, lambda row: ListedBrand(name=row[1], products=row[2]), lambda row: (row[0],))
    return known.answer(page, asked.link(page))


@router.get("/{brand}", response_model=StoredBrand, responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def show_brand(brand: PathBrand, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """A brand: its products, words, standing texts and thresholds."""
    caller.need("read")
    return known.answer(StoredBrand.of(service.store.brands.get(brand)))


@router.put("/{brand}", response_model=StoredBrand, responses=_put(StoredBrand))
def put_brand(
    brand: PathBrand,
    body: Annotated[BrandBody, Body(openapi_examples=_BRAND_EXAMPLES)],
    condition: ThePrecondition,
    caller: TheCaller,
    service: TheService,
) -> Response:
    """Make a brand, or change it: each part that is given takes the place of the old one."""
    caller.need("write")
    _same("body.name", body.name, brand)
    if not brand.strip():
        raise invalid("path.brand", brand, "品牌名是空的", "品牌的名称")
    created = False

    def change(before: documents.Brand | None) -> documents.Brand:
        nonlocal created
        created = before is None
        condition.check(before and StoredBrand.of(before))
        return body.brand(before or documents.Brand(brand))

    return _changed(StoredBrand.of(service.store.brands.edit(brand, change)), created)


@router.delete("/{brand}", status_code=204, responses=described(403, 404, 412, 422, 503))
def delete_brand(brand: PathBrand, condition: ThePrecondition, caller: TheCaller, service: TheService) -> None:
    """Delete a brand with its products and posts."""
    caller.need("write")
    service.store.brands.remove(brand, lambda present: condition.check(StoredBrand.of(present)))


@router.get(
    "/{brand}/products", response_model=Page[StoredProduct], responses=described(403, 404, 422, 503) | NOT_MODIFIED
)
def list_products(
    brand: PathBrand, asked: ThePage, known: TheKnown, caller: TheCaller, service: TheService
) -> Response:
    """What a brand sells, by product id."""
    caller.need("read")
    rows = service.store.brands.products(brand, *asked.after(""), asked.limit + 1)
    page = asked.page(rows, StoredProduct.of, lambda product: (product.product_id,))
    return known.answer(page, asked.link(page))


@router.get(
    "/{brand}/products/{product_id:path}",
    response_model=StoredProduct,
    responses=described(403, 404, 422, 503) | NOT_MODIFIED,
)
def show_product(brand: PathBrand, product_id: Id, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """One product."""
    caller.need("read")
    return known.answer(StoredProduct.of(_product(service.store.brands.get(brand), product_id)))


@router.put(
    "/{brand}/products/{product_id:path}",
    response_model=StoredProduct,
    responses=_put(StoredProduct),
)
def put_product(
    brand: PathBrand,
    product_id: Id,
    body: Annotated[ProductBody, Body(openapi_examples=_PRODUCT_EXAMPLES)],
    condition: ThePrecondition,
    caller: TheCaller,
    service: TheService,
) -> Response:
    """Add a product to a brand, or replace it."""
    caller.need("write")
    _same("body.product_id", body.product_id, product_id)
    if not product_id.strip():
        raise invalid("path.product_id", product_id, "产品编号是空的", "产品的编号")
    new, created = body.product(product_id), False

    def change(before: documents.Brand | None) -> documents.Brand:
        nonlocal created
        products = {p.product_id: p for p in _existing(before, brand).products}
        created = product_id not in products
        condition.check(None if created else StoredProduct.of(products[product_id]))
        return replace(_existing(before, brand), products=tuple({**products, product_id: new}.values()))

    service.store.brands.edit(brand, change)
    return _changed(StoredProduct.of(new), created)


@router.delete("/{brand}/products/{product_id:path}", status_code=204, responses=described(403, 404, 412, 422, 503))
def delete_product(
    brand: PathBrand, product_id: Id, condition: ThePrecondition, caller: TheCaller, service: TheService
) -> None:
    """Take a product out of a brand."""
    caller.need("write")

    def change(before: documents.Brand | None) -> documents.Brand:
        present = _existing(before, brand)
        condition.check(StoredProduct.of(_product(present, product_id)))
        return replace(present, products=tuple(p for p in present.products if p.product_id != product_id))

    service.store.brands.edit(brand, change)


def _existing(brand: documents.Brand | None, name: str) -> documents.Brand:
    if brand is None:
        raise UnknownBrand(name)
    return brand


def _product(brand: documents.Brand, product_id: str) -> documents.Product:
    for product in brand.products:
        if product.product_id == product_id:
            return product
    raise not_found("path.product_id", product_id, "产品")


def _same(field: str, given: str | None, wanted: str) -> None:
    if given not in (None, wanted):
        raise invalid(field, given, f"{field} 的值“{given}”与地址里的“{wanted}”不同", "去掉，或与地址里的相同")


def _changed(content: BaseModel, created: bool) -> Response:
    """What is there from now on, with its ETag."""
    return JSONResponse(content.model_dump(mode="json"), 201 if created else 200, {"ETag": etag(content)})

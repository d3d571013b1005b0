"""What this service is, and whether it is well."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from contentcheck.corpus.shipped import shipped_edition

from ..access import TheCaller
from ..http.problems import described
from ..service import TheService

router = APIRouter()
health = APIRouter(tags=["operations"])
"""Open to those without a key."""


@router.get("/v1/info", tags=["info"], responses=described(503))
def info(_caller: TheCaller, service: TheService) -> dict[str, Any]:
    """Version, model, library, calibration and limits."""
    provenance = service.checks().checker.provenance
    return {
        "version": version("contentcheck"),
        "model": provenance.model,
        "revision": provenance.revision,
        "library_version": provenance.library_version,
        "calibration": provenance.calibration,
        "genres": {slug: genre.name for slug, genre in shipped_edition().genres.items()},
        "limits": service.limits.model_dump(),
    }


class Me(BaseModel):
    """Whose request this is. `brands`: those the key is limited to; null: all."""

    name: str
    scopes: list[str]
    brands: list[str] | None


@router.get("/v1/me", tags=["info"])
def me(caller: TheCaller) -> Me:
    """Who the caller is, and what they may."""
    brands = None if caller.brands is None else sorted(caller.brands)
    return Me(name=caller.name, scopes=sorted(caller.scopes), brands=brands)


@health.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.get("/readyz", responses=described(503))
def readyz(service: TheService) -> dict[str, str]:
    """Drafts can be checked: the model is loaded, the database answers."""
    service.checks()
    service.store.library.state()
    return {"status": "ready"}


@router.get("/metrics", tags=["operations"], response_class=PlainTextResponse)
def metrics(caller: TheCaller, service: TheService) -> Response:
    """Figures for Prometheus."""
    caller.need("read")
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)

"""corpus (to come)."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/corpus", tags=["corpus"])

"""brands (to come)."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/brands", tags=["brands"])

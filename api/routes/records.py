"""records (to come)."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/records", tags=["records"])

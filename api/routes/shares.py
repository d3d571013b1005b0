"""Links to reports that expire."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/shares", tags=["shares"])

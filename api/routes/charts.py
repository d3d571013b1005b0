"""Charts as SVG."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/charts", tags=["charts"])

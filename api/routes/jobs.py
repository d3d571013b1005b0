"""jobs (to come)."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

"""feedback (to come)."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/feedback", tags=["feedback"])

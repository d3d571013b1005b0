"""posts (to come)."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/posts", tags=["posts"])

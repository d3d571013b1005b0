"""Keys to the service."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/keys", tags=["keys"])

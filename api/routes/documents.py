"""Files and pasted HTML as text."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/documents", tags=["documents"])

"""gate (to come)."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1/gate", tags=["gate"])

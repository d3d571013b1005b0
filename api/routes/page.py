"""The editors' page: files of the package, with headers that let nothing else run in it."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from contentcheck.report_page import STYLE_HASH

FOLDER = Path(__file__).parents[1] / "page"

router = APIRouter(include_in_schema=False)

# Scripts and styles are files of ours, and nothing is made from markup (trusted types): what a draft holds stays text.
_HEADERS = {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' {STYLE_HASH}",  # that of a report, which is opened from here to be printed
            "img-src 'self' blob:",
            "connect-src 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Files(StaticFiles):
    """The page's files."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """With the headers above."""
        response = await super().get_response(path, scope)
        response.headers.update(_HEADERS)
        return response


@router.get("/")
def index() -> FileResponse:
    """The page."""
    return FileResponse(FOLDER / "index.html", headers=_HEADERS)

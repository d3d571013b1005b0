"""The application: made from settings, its model loaded while it starts, nothing at import."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from threading import Thread

import structlog
from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from contentcheck.app import Settings, build_checker, open_store
from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import ContentcheckError

from .access import caller
from .checking import CheckQueue
from .http import contract, problems
from .http.guard import Guard
from .http.idempotency import Idempotency
from .http.metrics import Metrics
from .http.middleware import Requests
from .jobs.webhooks import Webhooks
from .jobs.worker import JobWorker
from .retention import Retention
from .routes import (
    brands,
    charts,
    checks,
    corpus,
    deliveries,
    documents,
    feedback,
    gate,
    info,
    jobs,
    keys,
    page,
    posts,
    records,
    rows,
    shares,
)
from .service import Service, Worker
from .settings import ServiceSettings

_ROUTES = (
    checks,
    documents,
    charts,
    brands,
    posts,
    corpus,
    feedback,
    jobs,
    deliveries,
    gate,
    records,
    rows,
    shares,
    keys,
    info,
)

_REMEMBERED = 64 * 2**20  # bytes of vectors; some 25,000 sentences, or twenty of the longest drafts

_WORKERS: tuple[Callable[[Service], Worker], ...] = (JobWorker, Webhooks, Retention)


def create_app(settings: Settings | None = None, limits: ServiceSettings | None = None) -> FastAPI:
    """An application over the store of the settings; by default those of the environment."""
    settings, limits = settings or Settings(), limits or ServiceSettings()
    metrics = Metrics()
    app = FastAPIOffline(
        title="contentcheck",
        version=version("contentcheck"),
        description="Reads a draft before it is published: is it common content, and what has it to do with the brand?",
        lifespan=_lifespan,
        redirect_slashes=False,  # a redirect is no problem details, and trusts the Host header
        generate_unique_id_function=contract.operation_id,
        swagger_ui_parameters={"validatorUrl": "none"},  # else the docs page asks swagger.io what it thinks of us
    )
    service = Service(settings, limits, open_store(settings), metrics)
    app.state.service = service
    app.add_middleware(Idempotency, answers=service.store.answers)
    app.add_middleware(Guard, service=service)
    app.add_middleware(
        Requests,
        metrics=metrics,
        body_limit=limits.body_limit,
        upload_limit=limits.upload_limit,
        silence=limits.silence,
    )
    problems.install(app)
    for module in _ROUTES:
        app.include_router(
            module.router, dependencies=[Depends(caller)], responses=problems.described(401, 403, 429, 503)
        )
    app.include_router(info.health)
    app.include_router(shares.public)
    app.include_router(page.router)
    app.mount("/page", page.Files(directory=page.FOLDER))
    contract.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Answers at once, /readyz included; the model is loaded meanwhile."""
    service: Service = app.state.service
    loading = Thread(target=_load, args=[service], name="loading")
    loading.start()
    try:
        yield
    finally:
        await asyncio.to_thread(loading.join)
        for worker in service.workers:
            await asyncio.to_thread(worker.stop)
        if service.queue is not None:
            await asyncio.to_thread(service.queue.close)
        await asyncio.to_thread(service.drawer.close)
        service.store.database.close()


def _load(service: Service) -> None:
    """In a thread that ends: OpenMP keeps threads for each one that has computed, and they hinder those that check."""
    try:
        checker = build_checker(service.settings, remembered=_REMEMBERED)
        queue = CheckQueue(checker, service.limits.waiting_limit, service.metrics)
        queue.submit(Draft("warm-up", "春天来了，花都开了。", "春天")).result()  # the first draft loads dictionaries
        service.queue = queue
        for make in _WORKERS:
            worker = make(service)
            worker.start()
            service.workers.append(worker)
        structlog.get_logger().info("ready", model=checker.provenance.model)
    except ContentcheckError as error:
        service.failure = str(error)
        structlog.get_logger().error("cannot start", reason=str(error))
    except Exception as error:  # else it would be said only when the service is stopped
        service.failure = "程序出错，服务无法启动，原因已记入日志"
        structlog.get_logger().error("cannot start", exc_info=error)

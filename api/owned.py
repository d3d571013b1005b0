"""Finding what belongs to brands: what a caller may not see is not there."""

from contentcheck.corpus.store.checks import StoredCheck
from contentcheck.corpus.store.jobs import Job
from contentcheck.engine.errors import UnknownBrand

from .access import Caller
from .http.problems import not_found
from .service import Service


def brand_number(service: Service, caller: Caller, name: str, field: str) -> int:
    """Of a live brand. Raises Problem 404, the same for one that does not exist and one that is not the caller's."""
    caller.need_brand(name, field)
    try:
        return service.store.brands.version(name)[0]
    except UnknownBrand as error:
        raise not_found(field, name, "品牌") from error


def stored_check(service: Service, caller: Caller, check_id: str, field: str) -> StoredCheck:
    """Raises Problem 404 as `brand_number`."""
    found = service.store.checks.get(check_id)
    if found is None or not caller.sees(found.brand):
        raise not_found(field, check_id, "检查记录")
    return found


def stored_job(service: Service, caller: Caller, job_id: str, field: str) -> Job:
    """Raises Problem 404 for one that the caller may not see, as for one that is not there."""
    found = service.store.jobs.get(job_id, caller)
    if found is None:
        raise not_found(field, job_id, "任务")
    return found

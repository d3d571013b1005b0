"""What the service may take on; each from the environment, CONTENTCHECK_SERVICE_<NAME>."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Read from the environment when made, never at import."""

    model_config = SettingsConfigDict(env_prefix="CONTENTCHECK_SERVICE_", env_ignore_empty=True)

    text_limit: int = Field(default=200_000, gt=0, description="characters of one draft")
    body_limit: int = Field(default=4 * 2**20, gt=0, description="bytes of a request that is no upload")
    upload_limit: int = Field(default=256 * 2**20, gt=0, description="bytes of an uploaded file")
    waiting_limit: int = Field(default=500_000, gt=0, description="characters of drafts that may wait to be checked")
    silence: float = Field(default=30.0, gt=0, description="seconds in which more of a request's body has to come")
    timeout: float = Field(default=60.0, gt=0, description="seconds a caller waits for a check")
    allow_private: bool = Field(default=False, description="whether webhooks may go to addresses inside the network")
    job_limit: int = Field(default=200_000, gt=0, description="drafts of one job")
    job_lease: float = Field(default=60.0, gt=0, description="seconds until another worker takes a silent one's drafts")

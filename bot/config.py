"""Settings: the only reader of the environment and of `.env`.

Holds values and says what is wrong with them; builds nothing.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError

ARXIV_SPACING = 3.0
"""Seconds between requests that arXiv asks for, over all its hosts (API terms of use)."""

SQLITE_SCHEME = "sqlite:///"


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http:// or https:// address")
    return value.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""An absolute http(s) address, kept without a trailing slash."""


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """Everything that can be set, by environment variable or in `.env`; see `.env.example`."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, frozen=True)

    discord_token: SecretStr
    discord_api_url: HttpUrl = "https://discord.com/api/v10"
    database_url: str = "sqlite:///data/paperwire.db"
    arxiv_api_url: HttpUrl = "https://export.arxiv.org/api/query"
    arxiv_rss_url: HttpUrl = "https://rss.arxiv.org"
    arxiv_seconds_between_requests: float = Field(default=ARXIV_SPACING, ge=0, le=3600)
    huggingface_url: HttpUrl = "https://huggingface.co"
    contact_email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    poll_seconds: float = Field(default=900, ge=0.1, le=86_400)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("discord_token")
    @classmethod
    def _plausible_token(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if not token.isascii() or any(letter.isspace() for letter in token):
            raise ValueError("must be one word of ASCII characters, as Discord shows it")
        return value

    @field_validator("database_url")
    @classmethod
    def _sqlite_file(cls, value: str) -> str:
        if not value.startswith(SQLITE_SCHEME) or value == SQLITE_SCHEME:
            raise ValueError("must be sqlite:///relative/file or sqlite:////absolute/file")
        return value

    @model_validator(mode="after")
    def _polite(self) -> Self:
        arxiv_is_loopback = all(map(_is_loopback, (self.arxiv_api_url, self.arxiv_rss_url)))
        if self.arxiv_seconds_between_requests < ARXIV_SPACING and not arxiv_is_loopback:
            raise ValueError(
                f"ARXIV_SECONDS_BETWEEN_REQUESTS must be {ARXIV_SPACING:g} or more: "
                "arXiv's terms allow one request in 3 seconds"
            )
        return self

    @property
    def database_path(self) -> Path:
        """The file that `database_url` names."""
        return Path(self.database_url.removeprefix(SQLITE_SCHEME))


def load_settings(environment_file: Path | None = None) -> Settings:
    """Read the environment, and `environment_file` for what it does not set.

    Raises ConfigError: one line that names the first setting that is missing or malformed, and
    never its value.
    """
    try:
        return Settings(_env_file=environment_file)
    except ValidationError as error:
        raise ConfigError(_first_problem(error)) from None


def _first_problem(error: ValidationError) -> str:
    problem: Mapping[str, object] = error.errors(include_url=False, include_input=False)[0]
    location = problem["loc"]
    name = str(location[0]).upper() if isinstance(location, tuple) and location else ""
    if problem["type"] == "missing":
        return f"{name} is not set: put it in .env or in the environment (see .env.example)."
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}." if name else f"{message}."

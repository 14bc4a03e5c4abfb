"""Settings: the only reader of the environment and of `.env`.

Holds values and says what is wrong with them; builds nothing.
"""

import re
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import ConfigError

ARXIV_SPACING = 3.0
"""Seconds between requests that arXiv asks for, over all its hosts (API terms of use)."""

GENTLE_SPACING = 1.0
"""Seconds between requests to a source that publishes no limit."""

ARXIV_OAI = "https://oaipmh.arxiv.org/oai"
BIORXIV = "https://api.biorxiv.org"

SOURCES = ("arxiv", "huggingface", "biorxiv", "medrxiv")
"""What SOURCES may name; venues of OpenReview are named by themselves."""

SQLITE_SCHEME = "sqlite:///"

_VENUE = re.compile(r"[\w.-]+(?:/[\w.-]+)+", re.ASCII)
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")


def _http_url(value: str) -> str:
    if not _is_http(value):
        # Without the cause: the library's messages quote the value.
        raise ValueError("must be an http:// or https:// address, without user or password")
    return value.rstrip("/")


def _is_http(value: str) -> bool:
    try:
        parts = urlsplit(value)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_one_word = value.isascii() and value.isprintable() and " " not in value
    is_bare = not (parts.username or parts.password or parts.query or parts.fragment)
    is_http = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_http and has_port and is_one_word and is_bare


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


class DatabaseSettings(BaseSettings):
    """Where the database is: all that commands need that do not start the bot."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, frozen=True)

    database_url: str = "sqlite:///data/paperwire.db"

    @field_validator("database_url")
    @classmethod
    def _sqlite_file(cls, value: str) -> str:
        path = value.removeprefix(SQLITE_SCHEME)
        # What is only in memory would be lost, and each connection would have its own.
        if path in {value, "", ":memory:"} or path.endswith("/"):
            raise ValueError("must be sqlite:///relative/file or sqlite:////absolute/file")
        return value

    @property
    def database_path(self) -> Path:
        """The file that `database_url` names."""
        return Path(self.database_url.removeprefix(SQLITE_SCHEME))


class Settings(DatabaseSettings):
    """Everything that can be set, by environment variable or in `.env`; see `.env.example`."""

    discord_token: SecretStr
    discord_api_url: HttpUrl = "https://discord.com/api/v10"
    arxiv_api_url: HttpUrl = "https://export.arxiv.org/api/query"
    arxiv_rss_url: HttpUrl = "https://rss.arxiv.org"
    arxiv_oai_url: HttpUrl | None = Field(default=None, validate_default=True)
    """None only beside test servers that have none: the query API fills gaps then."""
    arxiv_deferred_days: Annotated[frozenset[date], NoDecode] = frozenset()
    """Weekdays, beside the known holidays, whose submissions wait for the next announcement."""
    arxiv_seconds_between_requests: float = Field(default=ARXIV_SPACING, ge=0, le=3600)
    huggingface_url: HttpUrl = "https://huggingface.co"
    biorxiv_url: HttpUrl | None = Field(default=None, validate_default=True)
    """None only beside test servers that have none: bioRxiv and medRxiv are not read then."""
    openreview_url: HttpUrl = "https://api2.openreview.net"
    openreview_venues: Annotated[tuple[str, ...], NoDecode] = ()
    """Such as ``ICLR.cc/2026/Conference``."""
    sources: Annotated[frozenset[str], NoDecode] = frozenset(SOURCES)
    contact_email: str | None = None
    llm_base_url: HttpUrl | None = None
    llm_model: str | None = Field(default=None, max_length=200)
    llm_api_key: SecretStr | None = None
    llm_requests_a_day: int = Field(default=1_000, ge=1, le=10**7)
    llm_tokens_a_day: int = Field(default=2_000_000, ge=1, le=10**11)
    llm_at_once: int = Field(default=4, ge=1, le=64)
    llm_timeout_seconds: float = Field(default=20, ge=0.1, le=300)
    llm_patience_seconds: float = Field(default=60, ge=0, le=900)
    embeddings_base_url: HttpUrl | None = None
    embeddings_model: str | None = None
    embeddings_api_key: SecretStr | None = None
    poll_seconds: float = Field(default=900, ge=0.1, le=86_400)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("arxiv_deferred_days", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return frozenset(date.fromisoformat(it) for it in value.replace(",", " ").split())
        except ValueError:
            raise ValueError("must be days such as 2026-12-24, with commas between them") from None

    @field_validator("sources", mode="before")
    @classmethod
    def _source_names(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = frozenset(value.lower().replace(",", " ").split())
        if not names or not names <= set(SOURCES):
            raise ValueError(f"must be some of {', '.join(SOURCES)}, with commas between them")
        return names

    @field_validator("openreview_venues", mode="before")
    @classmethod
    def _venues(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        venues = tuple(dict.fromkeys(value.replace(",", " ").split()))
        if not all(map(_VENUE.fullmatch, venues)):
            raise ValueError(
                "must be venues such as ICLR.cc/2026/Conference, with commas between them"
            )
        return venues

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("log_format", mode="before")
    @classmethod
    def _lower_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("discord_token", "llm_api_key", "embeddings_api_key")
    @classmethod
    def _one_word(cls, value: SecretStr | None) -> SecretStr | None:
        # They go into a header as they are.
        secret = value.get_secret_value() if value else ""
        if not (secret.isascii() and secret.isprintable()) or " " in secret:
            raise ValueError("must be one word of ASCII characters, as it was shown to you")
        return value

    @field_validator("contact_email")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        # It goes into a header as it is.
        if value is not None and not (value.isascii() and _EMAIL.fullmatch(value)):
            raise ValueError("must be an e-mail address, for example you@example.org")
        return value

    @field_validator("biorxiv_url")
    @classmethod
    def _not_biorxiv_in_a_test(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Return bioRxiv's own address for none, but not to who asks arXiv on loopback."""
        others = (info.data.get("arxiv_api_url", ""), info.data.get("arxiv_rss_url", ""))
        return value or (None if all(map(_is_loopback, others)) else BIORXIV)

    @field_validator("arxiv_oai_url")
    @classmethod
    def _not_the_real_one_in_a_test(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Return arXiv's own address for none, but not to who asks the rest on loopback."""
        others = (info.data.get("arxiv_api_url", ""), info.data.get("arxiv_rss_url", ""))
        return value or (None if all(map(_is_loopback, others)) else ARXIV_OAI)

    @model_validator(mode="after")
    def _whole_models(self) -> Self:
        if (self.llm_base_url is None) is not (self.llm_model is None):
            raise ValueError("LLM_BASE_URL and LLM_MODEL must both be set, or neither")
        if (self.embeddings_base_url is None) is not (self.embeddings_model is None):
            raise ValueError(
                "EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL must both be set, or neither"
            )
        return self

    @model_validator(mode="after")
    def _polite(self) -> Self:
        urls = (self.arxiv_api_url, self.arxiv_rss_url, self.arxiv_oai_url)
        is_loopback = all(_is_loopback(url) for url in urls if url is not None)
        if self.arxiv_seconds_between_requests < ARXIV_SPACING and not is_loopback:
            raise ValueError(
                f"ARXIV_SECONDS_BETWEEN_REQUESTS must be {ARXIV_SPACING:g} or more: "
                "arXiv's terms allow one request in 3 seconds"
            )
        return self

    @property
    def gentle(self) -> Mapping[str, float]:
        """Addresses of sources that publish no limit, and the seconds between two requests."""
        urls = (self.biorxiv_url, self.openreview_url)
        return {url: 0.0 if _is_loopback(url) else GENTLE_SPACING for url in urls if url}


def load_settings(environment_file: Path | None = None) -> Settings:
    """Read the environment, and `environment_file` for what it does not set.

    Raises ConfigError: one line that names the first setting that is missing or malformed, and
    never its value.
    """
    return _loaded(Settings, environment_file)


def load_database_settings(environment_file: Path | None = None) -> DatabaseSettings:
    """Read where the database is, as `load_settings` does."""
    return _loaded(DatabaseSettings, environment_file)


_Kind = TypeVar("_Kind", bound=DatabaseSettings)


def _loaded(kind: type[_Kind], environment_file: Path | None) -> _Kind:
    try:
        return kind(_env_file=environment_file, _env_file_encoding="utf-8-sig")
    except ValidationError as error:
        raise ConfigError(_first_problem(error)) from None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{environment_file} cannot be read: it must be UTF-8 text.") from None


def _first_problem(error: ValidationError) -> str:
    problem: Mapping[str, object] = error.errors(include_url=False, include_input=False)[0]
    location = problem["loc"]
    name = str(location[0]).upper() if isinstance(location, tuple) and location else ""
    if problem["type"] == "missing":
        return f"{name} is not set: put it in .env or in the environment (see .env.example)."
    message = _plain(str(problem["type"]), problem.get("ctx"), str(problem["msg"]))
    return f"{name}: {message}." if name else f"{message}."


_PLAIN = {
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_parsing": "must be a whole number",
    "string_too_long": "must have {max_length} characters or fewer",
    "finite_number": "must be a number",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
    "literal_error": "must be {expected}",
}


def _plain(kind: str, context: object, message: str) -> str:
    """Say what a value must be, in the words that our own checks use."""
    values = context if isinstance(context, dict) else {}
    known = _PLAIN.get(kind)
    return message.removeprefix("Value error, ") if known is None else known.format(**values)

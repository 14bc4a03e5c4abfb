"""Settings: what may be set, what is refused, and that no complaint shows a value."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parents[1] / ".env.example"
SECRET = "s3cret"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take every setting out of the environment but a token, and stand in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", "a.token")
    monkeypatch.chdir(tmp_path)


def complaint(environment_file: Path | None = None) -> str:
    """Return what loading the settings complains of."""
    with pytest.raises(ConfigError) as error:
        load_settings(environment_file)
    assert error.value.__cause__ is None
    return str(error.value)


def test_only_the_token_must_be_set() -> None:
    """With a token alone, everything has a default that works with the real servers."""
    settings = load_settings()
    assert settings.discord_token.get_secret_value() == "a.token"
    assert settings.database_path == Path("data/paperwire.db")
    assert settings.discord_api_url == "https://discord.com/api/v10"
    assert settings.arxiv_seconds_between_requests == 3
    assert (settings.log_level, settings.log_format) == ("INFO", "text")


@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_a_missing_token_is_one_line_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    """Neither no variable nor an empty one is a token."""
    monkeypatch.delenv("DISCORD_TOKEN")
    if value is not None:
        monkeypatch.setenv("DISCORD_TOKEN", value)
    assert complaint() == (
        "DISCORD_TOKEN is not set: put it in .env or in the environment (see .env.example)."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", f"Bot {SECRET}"),
        ("DISCORD_TOKEN", f"{SECRET}\n{SECRET}"),
        ("DISCORD_TOKEN", f"{SECRET}\x01"),
        ("DISCORD_TOKEN", f"{SECRET}é"),
        ("DATABASE_URL", SECRET),
        ("DATABASE_URL", f"postgresql://user:{SECRET}@host/db"),
        ("DATABASE_URL", f"sqlite://{SECRET}"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", f"sqlite:///{SECRET}/"),
        ("DISCORD_API_URL", SECRET),
        ("DISCORD_API_URL", f"ftp://{SECRET}"),
        ("ARXIV_API_URL", f"http://{SECRET}:port"),
        ("ARXIV_API_URL", f"http://{SECRET}:99999"),
        ("ARXIV_RSS_URL", f"http://user:{SECRET}@localhost"),
        ("ARXIV_RSS_URL", f"http://ex℀mple.com/{SECRET}"),
        ("ARXIV_RSS_URL", f"http://localhost/?{SECRET}"),
        ("HUGGINGFACE_URL", f"http://[::1{SECRET}"),
        ("HUGGINGFACE_URL", f"http://local host/{SECRET}"),
        ("HUGGINGFACE_URL", "https:///papers"),
        ("CONTACT_EMAIL", SECRET),
        ("CONTACT_EMAIL", f"{SECRET}@localhost"),
        ("CONTACT_EMAIL", f"{SECRET}@example.org\r\nX: y"),
        ("CONTACT_EMAIL", f"{SECRET}@exämple.org"),
        ("POLL_SECONDS", SECRET),
        ("POLL_SECONDS", "0"),
        ("POLL_SECONDS", "-5"),
        ("POLL_SECONDS", "1e9"),
        ("POLL_SECONDS", "nan"),
        ("ARXIV_SECONDS_BETWEEN_REQUESTS", SECRET),
        ("ARXIV_SECONDS_BETWEEN_REQUESTS", "-1"),
        ("ARXIV_SECONDS_BETWEEN_REQUESTS", "nan"),
        ("ARXIV_SECONDS_BETWEEN_REQUESTS", "inf"),
        ("BIORXIV_URL", f"ftp://{SECRET}"),
        ("OPENREVIEW_URL", f"http://user:{SECRET}@localhost"),
        ("OPENREVIEW_VENUES", f"ICLR.cc/2026/Conference, {SECRET}"),
        ("SOURCES", f"arxiv,{SECRET}"),
        ("SOURCES", " , "),
        ("LLM_API_KEY", f"{SECRET} {SECRET}"),
        ("LLM_API_KEY", f"{SECRET}\r\nX: y"),
        ("LLM_BASE_URL", SECRET),
        ("LLM_BASE_URL", f"http://user:{SECRET}@localhost/v1"),
        ("LLM_MODEL", SECRET * 100),
        ("LLM_REQUESTS_A_DAY", SECRET),
        ("LLM_REQUESTS_A_DAY", "0"),
        ("LLM_TOKENS_A_DAY", "1.5"),
        ("LLM_AT_ONCE", "1000"),
        ("LLM_TIMEOUT_SECONDS", "0"),
        ("LLM_PATIENCE_SECONDS", "nan"),
        ("LOG_LEVEL", SECRET),
        ("LOG_FORMAT", SECRET),
    ],
)
def test_a_malformed_setting_is_one_line_that_names_it_and_hides_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The complaint goes to a terminal or a log, where no value may show."""
    monkeypatch.setenv(name, value)
    text = complaint()
    assert text.startswith(f"{name}: ")
    assert text.isprintable()
    assert SECRET not in text


@pytest.mark.parametrize(
    ("name", "value", "field", "read"),
    [
        ("ARXIV_RSS_URL", "http://127.0.0.1:8080/", "arxiv_rss_url", "http://127.0.0.1:8080"),
        ("HUGGINGFACE_URL", "http://[::1]:80/hf", "huggingface_url", "http://[::1]:80/hf"),
        ("CONTACT_EMAIL", "ada+papers@lab.example", "contact_email", "ada+papers@lab.example"),
        ("CONTACT_EMAIL", "", "contact_email", None),
        ("SOURCES", "arXiv, medRxiv", "sources", {"arxiv", "medrxiv"}),
        ("OPENREVIEW_VENUES", "A.cc/1, B.cc/2,A.cc/1", "openreview_venues", ("A.cc/1", "B.cc/2")),
        ("LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("LOG_FORMAT", "JSON", "log_format", "json"),
        ("POLL_SECONDS", "0.5", "poll_seconds", 0.5),
        ("DATABASE_URL", "sqlite:///a.db", "database_path", Path("a.db")),
        ("DATABASE_URL", "sqlite:////srv/a.db", "database_path", Path("/srv/a.db")),
    ],
)
def test_a_setting_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, read: object
) -> None:
    """Values come from the environment; three slashes are a relative file, four an absolute."""
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(), field) == read


def test_the_environment_comes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the environment does not set is read from the file; what nobody knows is left alone."""
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=of.file\nPOLL_SECONDS=60\nOTHER_PROGRAM=1\n")
    monkeypatch.setenv("POLL_SECONDS", "30")
    monkeypatch.delenv("DISCORD_TOKEN")
    settings = load_settings(file)
    assert settings.discord_token.get_secret_value() == "of.file"
    assert settings.poll_seconds == 30


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("POLL_SECONDS", "often", "must be a number."),
        ("POLL_SECONDS", "0", "must be 0.1 or more."),
        ("LLM_AT_ONCE", "few", "must be a whole number."),
        ("LLM_MODEL", "m" * 201, "must have 200 characters or fewer."),
        ("POLL_SECONDS", "1e9", "must be 86400 or less."),
        ("LOG_LEVEL", "loud", "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'."),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """All settings are refused in one voice."""
    monkeypatch.setenv(name, value)
    assert complaint() == f"{name}: {said}"


def test_a_file_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    """Containers set everything in the environment."""
    assert load_settings(tmp_path / "none.env").poll_seconds == 900


def test_a_file_may_begin_with_a_byte_order_mark(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Some editors put the mark there; the first setting is read all the same."""
    monkeypatch.delenv("DISCORD_TOKEN")
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbfDISCORD_TOKEN=of.file\n")
    assert load_settings(file).discord_token.get_secret_value() == "of.file"


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """A file in another encoding is one line, not a traceback with its bytes."""
    file = tmp_path / ".env"
    file.write_bytes(f"DISCORD_TOKEN={SECRET}\n".encode("utf-16"))
    assert complaint(file) == f"{file} cannot be read: it must be UTF-8 text."


LOOPBACK = {"ARXIV_RSS_URL": "http://127.0.0.1:1", "ARXIV_API_URL": "http://localhost:2/api"}


@pytest.mark.parametrize(
    ("urls", "seconds", "is_taken"),
    [
        ({**LOOPBACK, "ARXIV_OAI_URL": "http://localhost:3/oai"}, "0", True),
        ({**LOOPBACK, "ARXIV_OAI_URL": "https://oaipmh.arxiv.org/oai"}, "0", False),
        ({}, "3", True),
        ({}, "2.9", False),
        ({}, "0", False),
        (LOOPBACK, "0", True),
        ({**LOOPBACK, "ARXIV_RSS_URL": "http://[::1]:1"}, "0", True),
        ({"ARXIV_RSS_URL": "http://127.0.0.1:1"}, "0", False),
        ({**LOOPBACK, "ARXIV_API_URL": "http://127.0.0.1.example.org"}, "0", False),
        ({**LOOPBACK, "ARXIV_API_URL": "http://localhost.example.org"}, "0", False),
        ({**LOOPBACK, "ARXIV_API_URL": "http://0.0.0.0"}, "0", False),
    ],
)
def test_less_than_three_seconds_is_for_loopback_only(
    monkeypatch: pytest.MonkeyPatch,
    urls: dict[str, str],
    seconds: str,
    is_taken: bool,  # noqa: FBT001 - a table
) -> None:
    """Arxiv's terms hold unless all of its addresses are on this machine."""
    for name, value in {**urls, "ARXIV_SECONDS_BETWEEN_REQUESTS": seconds}.items():
        monkeypatch.setenv(name, value)
    if is_taken:
        assert load_settings().arxiv_seconds_between_requests == float(seconds)
    else:
        assert complaint() == (
            "ARXIV_SECONDS_BETWEEN_REQUESTS must be 3 or more: "
            "arXiv's terms allow one request in 3 seconds."
        )


@pytest.mark.parametrize("name", ["LLM_BASE_URL", "LLM_MODEL"])
def test_half_a_language_model_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An address without a model, or a model without an address, is a mistake."""
    monkeypatch.setenv(name, "http://127.0.0.1:1/v1")
    assert complaint() == "LLM_BASE_URL and LLM_MODEL must both be set, or neither."


def test_secrets_do_not_show_in_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings in a log line or a traceback keep the token and the key."""
    monkeypatch.setenv("LLM_API_KEY", SECRET)
    settings = load_settings()
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    assert "a.token" not in shown
    assert SECRET not in shown


def test_the_example_documents_every_setting() -> None:
    """.env.example names each setting once, and nothing else."""
    names = re.findall(r"^#?([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_holds_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With every line in effect, the settings are what they are without the file."""
    defaults = load_settings()
    file = tmp_path / ".env"
    file.write_text(re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE.read_text(), flags=re.MULTILINE))
    monkeypatch.delenv("DISCORD_TOKEN")
    assert complaint(file).startswith("DISCORD_TOKEN is not set")
    monkeypatch.setenv("DISCORD_TOKEN", "a.token")
    read = load_settings(file)
    assert read.contact_email == "you@example.org"
    assert read.model_copy(update={"contact_email": None}) == defaults


@pytest.mark.parametrize(
    ("set_", "oai"),
    [
        ({}, "https://oaipmh.arxiv.org/oai"),
        ({"ARXIV_OAI_URL": "http://localhost:3/oai"}, "http://localhost:3/oai"),
        ({**LOOPBACK}, None),
        ({**LOOPBACK, "ARXIV_OAI_URL": "http://localhost:3/oai"}, "http://localhost:3/oai"),
        ({"ARXIV_RSS_URL": "http://127.0.0.1:1"}, "https://oaipmh.arxiv.org/oai"),
    ],
    ids=["default", "set", "loopback without one", "loopback", "a mirror of the listing"],
)
def test_a_test_server_does_not_lead_to_the_real_arxiv(
    monkeypatch: pytest.MonkeyPatch, set_: dict[str, str], oai: str | None
) -> None:
    """Unset, OAI-PMH is arXiv's own, but not beside listings and an API that are on loopback."""
    for name, value in set_.items():
        monkeypatch.setenv(name, value)
    assert load_settings().arxiv_oai_url == oai


@pytest.mark.parametrize(
    ("set_", "biorxiv"),
    [
        ({}, "https://api.biorxiv.org"),
        ({**LOOPBACK}, None),
        ({**LOOPBACK, "BIORXIV_URL": "http://localhost:3"}, "http://localhost:3"),
    ],
    ids=["default", "loopback without one", "loopback"],
)
def test_a_test_server_does_not_lead_to_the_real_biorxiv(
    monkeypatch: pytest.MonkeyPatch, set_: dict[str, str], biorxiv: str | None
) -> None:
    """Beside an arXiv on loopback there is none unless it is set; the others are asked gently."""
    for name, value in set_.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.biorxiv_url == biorxiv
    assert settings.gentle["https://api2.openreview.net"] == 1
    assert settings.gentle.get("http://localhost:3", 0) == 0


@pytest.mark.parametrize(
    "text", ["2026-12-24,2027-01-04", "2026-12-24, 2027-01-04", "2027-01-04 2026-12-24"]
)
def test_days_off_are_read(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """With commas or blanks between them, in any order."""
    monkeypatch.setenv("ARXIV_DEFERRED_DAYS", text)
    assert load_settings().arxiv_deferred_days == {date(2026, 12, 24), date(2027, 1, 4)}


def test_a_day_off_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line that names the setting."""
    monkeypatch.setenv("ARXIV_DEFERRED_DAYS", f"24.12.2026 {SECRET}")
    assert complaint() == (
        "ARXIV_DEFERRED_DAYS: must be days such as 2026-12-24, with commas between them."
    )

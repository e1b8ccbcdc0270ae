"""Every setting, read from the environment once. docs/operations.md tells each one in words.

Names are `KEEPWARM_` plus the field's name in capitals, but for `DATABASE_URL` and Temporal's own `TEMPORAL_*`. Any
secret can also lie in a file: `KEEPWARM_TWILIO_AUTH_TOKEN_FILE=/run/secrets/twilio`, `DATABASE_URL_FILE=…`.
"""

import os
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, get_args

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from config import checks
from domain.keeping import Terms

PREFIX = "KEEPWARM_"
EMBEDDED_HOST = "127.0.0.1"
"""Where the embedded servers listen, whatever KEEPWARM_HOST says: they are for this machine alone."""

EMBEDDED_DATABASE = "keepwarm"
"""The embedded cluster's superuser and its database."""

MIN_SECRET_KEY = 32
"""Characters. HMAC-SHA256 wants a key at least as long as its output (RFC 2104 §3)."""


FASTEST_CLOCK = 1_000_000
"""Story seconds per second: eleven days each. Beyond it a touch takes longer to send than a window is open."""


class SettingsError(ValueError):
    """A setting is missing or wrong. The text names the setting and the cure, one line each."""


class EmailChannel(StrEnum):
    MAILBOX = "mailbox"
    SMTP = "smtp"
    SENDGRID = "sendgrid"


class SmsChannel(StrEnum):
    MAILBOX = "mailbox"
    TWILIO = "twilio"


class SmtpTls(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _read_duration(value: object) -> object:
    """`3h`, `45m`, `2d`, `90s` as a timedelta; anything else is left to pydantic (seconds, ISO 8601)."""
    if isinstance(value, str) and (match := re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", value.strip())):
        return timedelta(**{_UNITS[match[2]]: float(match[1])})
    return value


Duration = Annotated[timedelta, BeforeValidator(_read_duration), Field(ge=timedelta(0))]
Port = Annotated[int, Field(ge=1, le=65535)]


def _default_home() -> Path:
    """/var/lib/keepwarm as root, whose own folders PostgreSQL's user cannot enter; else beside the code."""
    if os.geteuid() == 0:
        return Path("/var/lib/keepwarm")
    checkout = Path(__file__).resolve().parents[1]
    return checkout / ".keepwarm" if (checkout / "pyproject.toml").exists() else Path.home() / ".local/share/keepwarm"


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "public_url": checks.web_url,
    "privacy_url": checks.web_url,
    "consent_lifetime": checks.lifetimes,
    "retention": checks.retention,
    "sendgrid_url": checks.web_url,
    "twilio_url": checks.web_url,
    "embed_hosts": checks.embed_hosts,
    "from_address": checks.mail_address,
    "reply_domain": checks.domain,
    "temporal_address": checks.host_and_port,
    "sendgrid_api_key": checks.header_secret,
    "twilio_auth_token": checks.header_secret,
    "twilio_account_sid": checks.account_sid,
    "sendgrid_webhook_key": checks.public_key,
    "sendgrid_inbound_password": checks.path_secret,
    "trusted_proxies": checks.networks,
}
"""What a retry could never mend is refused at the start, not found out message by message."""


class _SecretFiles(PydanticBaseSettingsSource):
    """Secrets by file: `<NAME>_FILE` names a file whose content, less the last newline, is the value. Empty: not set."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = env_name(field_name)
        path = os.environ.get(f"{name}_FILE")
        if path is None or not _is_secret(field):
            return None, name, False
        if name in os.environ:
            raise SettingsError(f"{name} and {name}_FILE are both set; keep one of them")
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n") or None, name, False
        except OSError as error:
            raise SettingsError(f"{name}_FILE={path} cannot be read: {error.strerror}") from error

    def __call__(self) -> dict[str, Any]:
        found = ((name, self.get_field_value(field, name)[0]) for name, field in self.settings_cls.model_fields.items())
        return {name: value for name, value in found if value is not None}


class Settings(BaseSettings):
    """One frozen object for the whole process. Make it with `read_settings()`, which words what is wrong."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    # this machine
    home: Path = Field(default_factory=_default_home)
    host: str = "127.0.0.1"
    web_port: Port = 8000
    public_url: str = Field(default_factory=lambda fields: f"http://127.0.0.1:{fields['web_port']}")
    secret_key: SecretStr | None = None
    api_token: SecretStr | None = None
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.CONSOLE
    clock_speed: float = Field(default=1.0, gt=0, le=FASTEST_CLOCK)

    # servers; the ports are those of the embedded ones
    external_database: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    postgres_port: Port = 5433
    temporal_address: str | None = Field(default=None, validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field(default="default", validation_alias="TEMPORAL_NAMESPACE")
    temporal_config_file: Path | None = Field(default=None, validation_alias="TEMPORAL_CONFIG_FILE")
    temporal_profile: str | None = Field(default=None, validation_alias="TEMPORAL_PROFILE")
    temporal_port: Port = 7233
    temporal_ui_port: Port = 8233
    mailbox_web_port: Port = 8025

    # channels
    email: EmailChannel = EmailChannel.MAILBOX
    sms: SmsChannel = SmsChannel.MAILBOX
    smtp_host: str = EMBEDDED_HOST
    smtp_port: Port = 1025
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: SmtpTls | None = None
    imap_host: str = EMBEDDED_HOST
    imap_port: Port = 1143
    imap_user: str = "keepwarm"
    imap_password: SecretStr = SecretStr("keepwarm")
    imap_tls: SmtpTls | None = None
    imap_folder: str = "INBOX"
    imap_listen: bool | None = None
    sendgrid_url: str = "https://api.sendgrid.com"
    sendgrid_api_key: SecretStr | None = None
    sendgrid_feed_delay: Duration = timedelta(minutes=15)
    twilio_url: str | None = None
    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = None
    twilio_messaging_service: str | None = None
    twilio_list_delay: Duration = timedelta(minutes=5)

    # what comes in by webhook
    sendgrid_webhook_key: str | None = None
    sendgrid_inbound_user: str = "sendgrid"
    sendgrid_inbound_password: SecretStr | None = None
    twilio_answers_help: bool = True
    webhook_tolerance: Duration = timedelta(minutes=10)
    trusted_proxies: str = "127.0.0.1"

    # pages of others
    embed_hosts: str = ""

    # who writes
    from_address: str = "talent@keepwarm.example"
    from_name: str = "The talent team"
    company: str = "Keepwarm Example Ltd"
    company_address: str = "1 Example Street, Exampleton"
    reply_domain: str = "reply.keepwarm.example"
    sending_domain: str = Field(default_factory=lambda fields: fields["from_address"].rpartition("@")[2])
    language: str = Field(default="en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

    # the worker
    worker_concurrency: int = Field(default=100, ge=1)
    send_rate: float | None = Field(default=None, gt=0)

    # house rules
    cap_per_day: int = Field(default=1, ge=1)
    cap_per_week: int = Field(default=2, ge=1)
    refusal_delay: Duration = timedelta(hours=3)
    question_hours: float = Field(default=8, gt=0, le=80)
    consent_lifetime: str = "730d"
    retention: Duration = timedelta(0)
    privacy_url: str | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretFiles(settings_cls)

    @field_validator(*_CHECKS)
    @classmethod
    def _looks_right(cls, value: Any, info: ValidationInfo) -> Any:
        """The value as its check answers it; a fault is worded with the variable's name."""
        field = info.field_name or ""
        try:
            return None if value is None else _CHECKS[field](value)
        except ValueError as error:
            raise SettingsError(f"{env_name(field)} is not usable: {error}") from error

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [f"{name} is not set; needed because {because}" for name, because in self._needed()]
        if self.secret_key and len(self.secret_key.get_secret_value()) < MIN_SECRET_KEY:
            missing.append(
                f"KEEPWARM_SECRET_KEY is shorter than {MIN_SECRET_KEY} characters; `openssl rand -hex 32` gives one"
            )
        if missing:
            raise SettingsError("\n".join(missing))
        return self

    def _needed(self) -> list[tuple[str, str]]:
        """Settings that another setting makes necessary and that are absent: (name, because)."""
        needed: list[tuple[str, tuple[str, ...]]] = []
        if self.email is EmailChannel.SMTP:
            needed.append(("KEEPWARM_EMAIL=smtp", ("smtp_host", "smtp_port")))
        if self.email is EmailChannel.SENDGRID:
            needed.append(("KEEPWARM_EMAIL=sendgrid", ("sendgrid_api_key",)))
        if self.email is not EmailChannel.MAILBOX:
            sender = ("from_address", "company", "company_address", "reply_domain", "public_url")
            needed.append((f"KEEPWARM_EMAIL={self.email}", sender))
        if self.sms is SmsChannel.TWILIO:
            origin = () if self.twilio_messaging_service else ("twilio_from",)
            needed.append(("KEEPWARM_SMS=twilio", ("twilio_account_sid", "twilio_auth_token", *origin)))
        if self.smtp_user:
            needed.append(("KEEPWARM_SMTP_USER is set", ("smtp_password",)))
        return [
            (env_name(field), because)
            for because, fields in needed
            for field in fields
            if field not in self.model_fields_set
        ]

    @property
    def embeds_postgres(self) -> bool:
        return self.external_database is None

    @property
    def embeds_temporal(self) -> bool:
        return self.temporal_address is None and self.temporal_config_file is None and self.temporal_profile is None

    @property
    def embeds_mailbox(self) -> bool:
        return self.email is EmailChannel.MAILBOX or self.sms is SmsChannel.MAILBOX

    @property
    def is_reachable(self) -> bool:
        """Whether KEEPWARM_PUBLIC_URL may be an address that others reach, such as a provider that reports to us."""
        return checks.is_public(self.public_url)

    @property
    def smtp_security(self) -> SmtpTls:
        """KEEPWARM_SMTP_TLS, else STARTTLS to a server of your own and nothing to the embedded mailbox."""
        if self.smtp_tls is not None:
            return self.smtp_tls
        return SmtpTls.STARTTLS if self.email is EmailChannel.SMTP else SmtpTls.NONE

    @property
    def has_own_mailbox(self) -> bool:
        """Whether answers lie in a mailbox of the house's own, not in the embedded one."""
        return self.imap_host != EMBEDDED_HOST

    @property
    def imap_security(self) -> SmtpTls:
        """KEEPWARM_IMAP_TLS, else TLS from the first byte to a mailbox of your own and nothing to the embedded one."""
        if self.imap_tls is not None:
            return self.imap_tls
        return SmtpTls.IMPLICIT if self.has_own_mailbox else SmtpTls.NONE

    @property
    def mailbox_imap_port(self) -> int:
        """Of the embedded mailbox: KEEPWARM_IMAP_PORT, unless that is of another server."""
        default: int = type(self).model_fields["imap_port"].default
        return default if self.has_own_mailbox else self.imap_port

    @property
    def listens(self) -> bool:
        """Whether `keepwarm up` reads a mailbox: KEEPWARM_IMAP_LISTEN, else where there is one to read."""
        if self.imap_listen is not None:
            return self.imap_listen
        return self.has_own_mailbox or self.embeds_mailbox

    @property
    def listening_file(self) -> Path:
        """Written by the listener once it is at work."""
        return self.home / "listening"

    @property
    def terms(self) -> Terms:
        """How long consents hold and data is kept, as KEEPWARM_CONSENT_LIFETIME and KEEPWARM_RETENTION say."""
        return Terms(checks.read_lifetimes(self.consent_lifetime), self.retention.days)

    @property
    def postgres_password_file(self) -> Path:
        return self.home / "postgres" / "password"

    @property
    def secret_key_file(self) -> Path:
        return self.home / "secret_key"

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL with the psycopg driver: DATABASE_URL's, else the embedded server's.

        Raises SettingsError where DATABASE_URL is no URL, or where no embedded server has been set up yet.
        """
        if self.external_database is not None:
            return _with_psycopg(self.external_database.get_secret_value())
        try:
            password = self.postgres_password_file.read_text(encoding="ascii").strip()
        except OSError as error:
            raise SettingsError(
                f"no database: {self.postgres_password_file} cannot be read ({error.strerror}). "
                "Start `keepwarm up`, or set DATABASE_URL"
            ) from error
        url = URL.create(
            "postgresql+psycopg", EMBEDDED_DATABASE, password, EMBEDDED_HOST, self.postgres_port, EMBEDDED_DATABASE
        )
        return url.render_as_string(hide_password=False)

    @property
    def signing_key(self) -> bytes:
        """Key for signed links and reply addresses: KEEPWARM_SECRET_KEY, else what `keepwarm up` keeps in its home."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        try:
            return self.secret_key_file.read_text(encoding="ascii").strip().encode()
        except OSError as error:
            raise SettingsError(
                "KEEPWARM_SECRET_KEY is not set; needed to sign links. `openssl rand -hex 32` gives one "
                "(`keepwarm up` makes its own)"
            ) from error

    def environment(self) -> dict[str, str]:
        """What was set, as environment variables: a child process given these reads the same settings."""
        return {
            env_name(name): _as_text(getattr(self, name))
            for name in self.model_fields_set
            if getattr(self, name) is not None
        }


def env_name(field_name: str) -> str:
    """The environment variable of a field."""
    alias = Settings.model_fields[field_name].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field_name.upper()


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsError with one line per fault."""
    try:
        return Settings()
    except ValidationError as error:
        # A default made from another setting is not at fault where that other one is.
        faults = [dict(fault) for fault in error.errors() if fault["type"] != "default_factory_not_called"]
        raise SettingsError("\n".join(map(_explain, faults))) from error


def _explain(fault: Mapping[str, Any]) -> str:
    """One line for one of pydantic's faults. Never shows a value: it may be a secret."""
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, SettingsError):
        return str(cause)
    place = str(fault["loc"][0]) if fault["loc"] else "settings"
    what = "use a duration such as 90s, 45m, 3h or 2d" if str(fault["type"]).startswith("time_delta") else fault["msg"]
    return f"{env_name(place) if place in Settings.model_fields else place}: {what}"


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def _as_text(value: object) -> str:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case timedelta():
            return f"{value.total_seconds()}s"
        case _:
            return str(value)


def _with_psycopg(text: str) -> str:
    """`postgres://`, `postgresql://` and any driver of SQLAlchemy's become `postgresql+psycopg://`."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise SettingsError("DATABASE_URL is not a URL such as postgresql://user:password@host:5432/name") from error
    if url.drivername.split("+")[0] not in ("postgres", "postgresql"):
        raise SettingsError(f"DATABASE_URL names {url.drivername}; Keepwarm needs PostgreSQL")
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)

"""Settings come from the environment, and what is wrong is said with its cure."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import EmailChannel, Settings, SettingsError, SmtpTls, env_name, read_settings

SENDER = {
    "KEEPWARM_FROM_ADDRESS": "talent@acme.example",
    "KEEPWARM_COMPANY": "Acme",
    "KEEPWARM_COMPANY_ADDRESS": "1 Main Street, Springfield",
    "KEEPWARM_REPLY_DOMAIN": "reply.acme.example",
    "KEEPWARM_PUBLIC_URL": "https://talent.acme.example",
}


def set_environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_nothing_need_be_set() -> None:
    settings = read_settings()
    assert settings.embeds_postgres
    assert settings.embeds_temporal
    assert settings.embeds_mailbox
    assert settings.refusal_delay == timedelta(hours=3)
    assert settings.smtp_security is SmtpTls.NONE


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"KEEPWARM_SMS": "twilio"}, "KEEPWARM_TWILIO_FROM is not set; needed because KEEPWARM_SMS=twilio"),
        ({"KEEPWARM_SMS": "twilio"}, "KEEPWARM_TWILIO_AUTH_TOKEN is not set; needed because KEEPWARM_SMS=twilio"),
        (
            {"KEEPWARM_EMAIL": "sendgrid"},
            "KEEPWARM_SENDGRID_API_KEY is not set; needed because KEEPWARM_EMAIL=sendgrid",
        ),
        ({"KEEPWARM_EMAIL": "smtp"}, "KEEPWARM_SMTP_HOST is not set; needed because KEEPWARM_EMAIL=smtp"),
        ({"KEEPWARM_EMAIL": "smtp"}, "KEEPWARM_COMPANY_ADDRESS is not set; needed because KEEPWARM_EMAIL=smtp"),
        ({"KEEPWARM_SMTP_USER": "u"}, "KEEPWARM_SMTP_PASSWORD is not set; needed because KEEPWARM_SMTP_USER is set"),
    ],
)
def test_what_another_setting_makes_necessary_is_named(
    given: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, **given)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert missing in str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("KEEPWARM_PUBLIC_URL", "talent.acme.example", "use an address such as https://"),
        ("KEEPWARM_SENDGRID_URL", "nonsense", "use an address such as https://"),
        ("KEEPWARM_SENDGRID_URL", "https://api.sendgrid.com:port", ""),
        ("KEEPWARM_TWILIO_URL", "ftp://api.twilio.com", "use an address such as https://"),
        ("KEEPWARM_TWILIO_URL", "https://:80", "use an address such as https://"),
        ("KEEPWARM_FROM_ADDRESS", "Talent <talent@acme.example>", "use a bare address"),
        ("KEEPWARM_FROM_ADDRESS", "nobody", "use a bare address"),
        ("KEEPWARM_REPLY_DOMAIN", "reply acme.example", "use a domain"),
        ("TEMPORAL_ADDRESS", "temporal.acme.example", "use host:port"),
        ("KEEPWARM_SENDGRID_API_KEY", "SG.abc\nd", "copy it again"),
        ("KEEPWARM_TWILIO_AUTH_TOKEN", "tök", "copy it again"),
        ("KEEPWARM_TWILIO_ACCOUNT_SID", "AC/../1", "from Twilio's console"),
    ],
)
def test_what_no_retry_could_mend_is_refused_at_the_start(
    name: str, value: str, cure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, **{name: value})
    with pytest.raises(SettingsError, match=f"^{name} is not usable: .*{cure}") as refused:
        read_settings()
    assert value not in str(refused.value)


def test_an_address_is_taken_without_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, KEEPWARM_PUBLIC_URL="https://talent.acme.example/jobs/")
    assert read_settings().public_url == "https://talent.acme.example/jobs"


@pytest.mark.parametrize("speed", ["inf", "nan", "0", "1e300"])
def test_a_clock_that_cannot_run_is_refused(speed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, KEEPWARM_CLOCK_SPEED=speed)
    with pytest.raises(SettingsError, match=r"^KEEPWARM_CLOCK_SPEED: "):
        read_settings()


def test_a_messaging_service_stands_in_for_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, KEEPWARM_SMS="twilio", KEEPWARM_TWILIO_ACCOUNT_SID="AC1")
    set_environment(monkeypatch, KEEPWARM_TWILIO_AUTH_TOKEN="t", KEEPWARM_TWILIO_MESSAGING_SERVICE="MG1")
    assert read_settings().twilio_messaging_service == "MG1"


def test_a_complete_smtp_set_up_is_taken_and_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, KEEPWARM_EMAIL="smtp", KEEPWARM_SMTP_HOST="mail.acme.example", **SENDER)
    set_environment(monkeypatch, KEEPWARM_SMTP_PORT="587")
    settings = read_settings()
    assert (settings.email, settings.smtp_security) == (EmailChannel.SMTP, SmtpTls.STARTTLS)


def test_a_value_of_the_wrong_kind_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, KEEPWARM_WEB_PORT="hunter2")
    with pytest.raises(SettingsError, match=r"^KEEPWARM_WEB_PORT: ") as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90s", timedelta(seconds=90)),
        ("45m", timedelta(minutes=45)),
        ("2d", timedelta(days=2)),
        ("PT3H", timedelta(hours=3)),
    ],
)
def test_durations_are_written_as_people_write_them(
    text: str, meant: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, KEEPWARM_REFUSAL_DELAY=text)
    assert read_settings().refusal_delay == meant


@pytest.mark.parametrize("text", ["-1h", "3 hours", "soon"])
def test_a_duration_that_is_none_is_told_how_to_be_written(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, KEEPWARM_REFUSAL_DELAY=text)
    with pytest.raises(SettingsError, match=r"^KEEPWARM_REFUSAL_DELAY: use a duration such as 90s"):
        read_settings()


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    (tmp_path / "url").write_text("postgres://u:p@db.example/keepwarm\n")
    set_environment(
        monkeypatch, KEEPWARM_SECRET_KEY_FILE=str(tmp_path / "key"), DATABASE_URL_FILE=str(tmp_path / "url")
    )
    settings = read_settings()
    assert settings.signing_key == b"k" * 40
    assert settings.database_url == "postgresql+psycopg://u:p@db.example/keepwarm"


def test_a_secret_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_environment(monkeypatch, KEEPWARM_SENDGRID_API_KEY_FILE=str(tmp_path / "absent"))
    with pytest.raises(SettingsError, match=r"KEEPWARM_SENDGRID_API_KEY_FILE=.*absent cannot be read: No such file"):
        read_settings()


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_environment(monkeypatch, KEEPWARM_SECRET_KEY="k" * 40, KEEPWARM_SECRET_KEY_FILE=str(tmp_path / "key"))
    with pytest.raises(SettingsError, match="keep one of them"):
        read_settings()


def test_a_short_secret_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, KEEPWARM_SECRET_KEY="too short")
    with pytest.raises(SettingsError, match="shorter than 32"):
        read_settings()


@pytest.mark.parametrize("url", ["mysql://u:p@db.example/x", "nonsense"])
def test_a_database_that_is_not_postgresql_is_refused_without_showing_its_url(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, DATABASE_URL=url)
    with pytest.raises(SettingsError) as refused:
        _ = read_settings().database_url
    assert url not in str(refused.value)


def test_before_the_first_start_the_missing_database_is_explained(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Start `keepwarm up`, or set DATABASE_URL"):
        _ = Settings(home=tmp_path).database_url
    with pytest.raises(SettingsError, match="KEEPWARM_SECRET_KEY is not set"):
        _ = Settings(home=tmp_path).signing_key


def test_no_secret_is_shown_by_the_settings_themselves() -> None:
    shown = repr(Settings(secret_key="s3cret" * 8, external_database="postgresql://u:s3cret@db.example/x"))
    assert "s3cret" not in shown


def test_a_child_with_the_environment_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        web_port=9000,
        refusal_delay=timedelta(minutes=2),
        email=EmailChannel.MAILBOX,
        secret_key="k" * 40,
        clock_speed=3600.0,
        temporal_address="temporal.example:7233",
    )
    set_environment(monkeypatch, **settings.environment())
    assert read_settings() == settings


def test_the_public_address_follows_the_port() -> None:
    assert Settings(web_port=9000).public_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("web_port", "KEEPWARM_WEB_PORT"),
        ("external_database", "DATABASE_URL"),
        ("temporal_namespace", "TEMPORAL_NAMESPACE"),
    ],
)
def test_each_field_has_its_variable(field: str, name: str) -> None:
    assert env_name(field) == name


def test_a_mailbox_of_ones_own_is_read_over_tls_and_leaves_the_embedded_one_its_port() -> None:
    embedded = Settings(imap_port=1150)
    assert (embedded.listens, embedded.imap_security, embedded.mailbox_imap_port) == (True, SmtpTls.NONE, 1150)
    own = Settings(imap_host="imap.acme.example", imap_port=993)
    assert (own.listens, own.imap_security, own.mailbox_imap_port) == (True, SmtpTls.IMPLICIT, 1143)


def test_nothing_is_read_where_no_mailbox_is_or_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, KEEPWARM_IMAP_LISTEN="false")
    assert not read_settings().listens
    twilio = {"KEEPWARM_TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "KEEPWARM_TWILIO_AUTH_TOKEN": "t"}
    channels = {"KEEPWARM_EMAIL": "sendgrid", "KEEPWARM_SENDGRID_API_KEY": "SG.x", "KEEPWARM_SMS": "twilio"}
    set_environment(monkeypatch, **SENDER, **channels, **twilio, KEEPWARM_TWILIO_FROM="+493012345")
    monkeypatch.delenv("KEEPWARM_IMAP_LISTEN")
    assert not read_settings().listens

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.charsets import clean, decode


@pytest.mark.parametrize(
    ("content", "label", "text"),
    [
        ("pidió".encode("cp850"), "cp850", "pidió"),
        ("pidió".encode("latin-1"), "iso-8859-1", "pidió"),
        ("“quoted” – €".encode("cp1252"), "iso-8859-1", "“quoted” – €"),
        ("Zoë".encode(), "us-ascii", "Zoë"),
        ("Zoë".encode(), "", "Zoë"),
        ("Zoë".encode("latin-1"), "utf-8", "Zoë"),
        ("Zoë".encode(), "iso-8859-1", "Zoë"),
        ("こんにちは".encode("iso2022_jp"), "ISO-2022-JP", "こんにちは"),
        ("①丸".encode("cp932"), "Shift_JIS", "①丸"),
        ("镕".encode("gb18030"), "gb2312", "镕"),
        ("한글".encode("cp949"), "ks_c_5601-1987", "한글"),
        ("Привет".encode("koi8-r"), '"KOI8-R"', "Привет"),
        ("Zoë".encode(), "x-unknown", "Zoë"),
        ("Zoë".encode("cp1252"), "default", "Zoë"),
        ("Zoë".encode("utf-16"), "utf-16", "Zoë"),
        (b"aGVsbG8=", "base64", "aGVsbG8="),
        (b"plain", "punycode", "plain"),
        (b"C:\\x41 \xc3\xa9", "unicode_escape", "C:\\x41 é"),
    ],
)
def test_a_text_is_read_by_its_label_unless_the_label_is_wrong(content: bytes, label: str, text: str) -> None:
    assert decode(content, label) == text


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "utf-7", "iso-2022-jp", "utf-16", "idna", "hz", "cp037", "nonsense\0", "é"]),
)
def test_no_bytes_and_no_label_give_what_a_database_cannot_hold(content: bytes, label: str) -> None:
    text = decode(content, label)
    text.encode("utf-8")
    assert "\0" not in text
    assert "\r" not in text


def test_line_ends_become_one() -> None:
    assert clean("a\r\nb\rc\nd\0\x07") == "a\nb\nc\nd"

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.plaintext import text_of


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<div>one</div><div>two</div>", ["one", "two"]),
        ("<p>one</p><p>two</p>", ["one", "", "two"]),
        ("one<br>two<br><br>three", ["one", "two", "", "three"]),
        ("<head><title>no</title><style>no</style><body>yes", ["yes"]),
        ("yes<script>no</script>", ["yes"]),
        ("a &amp; b &lt;c&gt;&nbsp;d", ["a & b <c> d"]),
        ("yes<div class=gmail_quote>Ada wrote:<blockquote>no</blockquote></div>yes", ["yes", "> Ada wrote:", "> no", "", "yes"]),
        (
            "<div class=gmail_quote>Ada wrote:<blockquote>no</blockquote>yes<blockquote>no</blockquote>yes</div>",
            ["> Ada wrote:", "> no", "", "yes", "> no", "", "yes"],
        ),
        (
            "<div class=gmail_quote>Fwd<br>From<br>Date<br>To<br><blockquote>no</blockquote>no</div>",
            ["> Fwd", "> From", "> Date", "> To", "> no", "", "> no"],
        ),
        ("yes<div id='divRplyFwdMsg'>From: Ada</div><div>no</div>", ["yes", "> From: Ada", "> no"]),
        ("yes<blockquote>one<blockquote>two</blockquote>three</blockquote>yes", ["yes", "> one", "> two", "", "> three", "", "yes"]),
        ("<blockquote>never closed", ["> never closed"]),
        ("</div></p>yes</blockquote>", ["yes"]),
    ],
)  # fmt: skip
def test_html_is_read_as_a_person_reads_it(html: str, lines: list[str]) -> None:
    assert text_of(html).split("\n") == lines


@given(st.text(alphabet="<>/!-[]ab &;='\"", max_size=300))
def test_any_text_may_be_html(html: str) -> None:
    text_of(html)


HOSTILE = (
    "<blockquote>",
    "<div class=gmail_quote>",
    "<",
    "&",
    "<!--",
    "<!",
    "<?",
    "</",
    "<a ",
    "<a b='",
    "<a>",
    "<![CDATA[",
    "<script>",
    "<title>",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_html_is_read_in_time(piece: str) -> None:
    began = time.process_time()
    text_of(piece * 10_000)
    assert time.process_time() - began < 5


def test_a_tag_that_carries_a_picture_says_nothing() -> None:
    assert text_of(f'yes<img src="data:image/png;base64,{"A" * 100_000}">') == "yes"

"""Conditions: what they can ask, what they refuse, and that nothing about a person can break them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conditions import FUNCTIONS, NAMES, Traits, asked_answers, check, explain, holds, mistakes_in

ADA = Traits(
    tags=frozenset({"silver"}), skills=frozenset({"python", "sql"}), pools=frozenset({"berlin"}), stages={"be-1": "interview"},
    furthest={"be-1": "offer"}, facts={"notice_period": "3m", "years": "7"}, answers={"ask": "reply"}, language="de",
    country="DE", today=date(2026, 11, 23),
)  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"python" in skills and country == "DE"', True), ('stage("be-1") == "interview"', True), ('stage("be-2") == ""', True),
        ('furthest("be-1") == "offer"', True), ('fact("notice_period") == "3m"', True), ('fact("nothing")', False),
        ('answer("ask") == "reply"', True), ('tagged("silver") and not tagged("gold")', True), ("applied()", True),
        ('today >= "2026-12-01"', False), ('country in ["DE", "AT", "CH"]', True), ('language == "de" or "berlin" in pools', True),
        ("", True), ('fact("years") > 5', False), ('number("years") > 5', True), ('number("nothing") < 5', False), ('"x" in 7', False),
    ],
)  # fmt: skip
def test_a_condition_says_what_is_on_record(expression: str, *, expected: bool) -> None:
    assert holds(expression, ADA) is expected


@pytest.mark.parametrize(
    ("expression", "cure"),
    [
        ("skils", "did you mean skills?"), ('stge("be-1")', "did you mean stage?"), ("country ==", "can't be read"),
        ("().__class__", "use comparisons"), ("__import__('os')", "unknown function"), ("x" * 600, "at most 500"),
        ("skills.pop()", "unknown function"), ("9**9**9**9", "use comparisons"), ("country.upper", "use comparisons"),
        ("applied() and [skills for skills in tags]", "use comparisons"), ("lambda: 1", "use comparisons"),
        ("applied() and fact()", 'write fact("notice_period")'), ("fact(country)", 'write fact("notice_period")'),
        ('skills == "python"', "in skills"), ('"a" * 9 in skills', "use comparisons"), ("fact", "write fact("),
    ],
)  # fmt: skip
def test_a_condition_that_can_t_be_used_is_refused_with_the_cure(expression: str, cure: str) -> None:
    assert cure in check(expression)
    assert holds(expression, ADA) is False


@pytest.mark.parametrize("expression", ['"python" in skills', 'fact("a") == "b" and applied()', 'today < "2027-01-01"'])
def test_a_good_condition_passes_the_check(expression: str) -> None:
    assert check(expression) == ""


@given(st.text(max_size=60))
def test_no_text_whatsoever_breaks_a_condition(text: str) -> None:
    assert isinstance(check(text), str)
    assert holds(text, ADA) in (True, False)


def test_what_a_condition_may_name_is_all_there() -> None:
    assert all(check(f'"x" in {name}') == "" for name in NAMES)
    assert all(check(use.split(": ")[0]) == "" for use in FUNCTIONS.values())
    assert explain('"python" in skills', ADA) == '"python" in skills is true'


def test_every_mistake_of_a_condition_is_told_at_once() -> None:
    found = mistakes_in('skils and stge("be-1") and fact() and 1 + 1')
    assert len(found) == 4
    assert all(mistake.message and mistake.cure for mistake in found)


def test_the_answers_that_a_condition_asks_for_can_be_named() -> None:
    expression = 'answer("ask") == "reply" or "x" in skills and answer("call") in ["done", "overdue"] or answer("bare")'
    assert asked_answers(expression) == [("bare", ()), ("ask", ("reply",)), ("call", ("done", "overdue"))]
    assert asked_answers("answer(") == []

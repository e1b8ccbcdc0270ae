"""The traps that others fell into, each with the tests that would catch it here.

What belongs to two-way communication (opens, inbound mail) is named where it is built.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
TRAPS: dict[str, tuple[str, ...]] = {
    "a journey's definition is frozen and its template is not": (
        "templates/test_journeys.py::test_a_snapshot_survives_json_and_renders_without_files",
        "templates/test_journeys.py::test_a_changed_word_changes_the_digest",
    ),
    "pause ejects people, resume blasts overdue mail": (
        "domain/test_pauses.py::test_no_touch_is_lost_or_sent_twice_or_sent_during_a_pause",
        "domain/test_pauses.py::test_five_hundred_overdue_after_two_weeks_do_not_burst_out",
    ),
    "a failed send silently ends the journey": (
        "domain/test_journeys.py::test_a_failed_send_does_not_end_the_journey",
    ),
    "an activity retried after the provider accepted is a second copy": (
        "activities/test_crashes.py::test_an_attempt_that_dies_at_any_step_leads_to_one_message",
        "activities/test_gates.py::test_a_switch_thrown_between_claim_and_hand_over_lets_nothing_leave_and_released_sends_once",
    ),
    "a refusal is sent though the person was moved back": (
        "domain/test_selection.py::test_a_refusal_taken_back_within_its_delay_is_never_sent",
        "workflows/test_candidates.py::test_a_refusal_taken_back_inside_its_delay_is_never_sent_and_why_says_so",
    ),
    "a survey tells candidates that they were rejected": (
        "domain/test_obligations.py::test_no_survey_before_the_decision_was_delivered",
    ),
    "an unsubscribe by GET that a link scanner trips": (
        "web/test_subscriptions.py::test_opening_the_link_changes_nothing",
    ),
    "an opt-out that covers one path only": (
        "domain/test_transitions.py::test_stop_said_in_any_other_way_covers_every_channel",
        "workflows/test_two_way.py::test_stop_one_second_before_a_send_is_in_time",
        "web/test_subscriptions.py::test_one_click_ends_news_and_alerts_on_every_channel_and_tells_the_workflow",
    ),
    "a new holiday, window or cap does not move those already waiting": (
        "starter/test_calendars.py::test_a_new_public_holiday_tomorrow_moves_exactly_the_waiting_people_it_concerns",
        "starter/test_calendars.py::test_a_changed_window_moves_those_who_have_none_of_their_own",
        "starter/test_calendars.py::test_tighter_caps_move_what_no_longer_fits",
        "activities/test_gates.py::test_a_new_cap_is_obeyed_by_those_already_waiting",
    ),
    "local hour already passed is undefined": (
        "domain/test_programs.py::test_a_wait_until_a_time_that_has_passed_today_is_tomorrow",
    ),
    "out-of-office counts as a reply": (
        "domain/test_programs.py::test_an_automatic_reply_is_no_answer",
        "workflows/test_two_way.py::test_an_out_of_office_delays_the_journey_until_the_return_and_is_no_reply",
        "domain/test_messages.py::test_a_reply_that_was_an_automatic_one_gives_the_journey_back_in_place",
    ),
    "a bounce loses the journey, or its correction bursts out": (
        "domain/test_contacts.py::test_whenever_it_is_corrected_every_wait_is_kept_and_nothing_leaves_twice",
        "domain/test_contacts.py::test_several_journeys_that_go_on_do_not_burst_out",
        "workflows/test_two_way.py::test_a_bounce_sets_aside_and_a_corrected_address_goes_on_in_place",
    ),
    "somebody is reminded of an hour that was moved or cancelled": (
        "domain/test_bookings.py::test_a_moved_booking_tells_the_new_hour_and_nothing_of_the_old_one",
        "domain/test_bookings.py::test_a_reminder_that_could_not_leave_in_time_never_leaves",
        "workflows/test_two_way.py::test_an_interview_is_confirmed_moved_reminded_of_and_cancelled",
    ),
    "imports make duplicates by letter case or a second key": ("starter/test_imports.py::",),
    "a count in the preview differs from what is sent": (
        "domain/test_outlook.py::test_what_is_foretold_is_what_then_happens",
        "workflows/test_certified.py::test_a_rehearsal_is_what_the_workflow_then_does",
        "domain/test_pauses.py::test_what_a_resume_is_said_to_do_is_what_then_happens",
    ),
    "personal data in histories": ("end_to_end/test_privacy.py::",),
    "a scheduler that polls": (
        "workflows/test_candidates.py::test_the_timer_is_kept_across_signals_and_nothing_polls",
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_has_a_test_that_would_catch_it(trap: str) -> None:
    for named in TRAPS[trap]:
        file, _, name = named.partition("::")
        found = _tests_of(ROOT / file)
        assert name in found if name else found, f"{named} is gone; {sorted(found)}"


def _tests_of(file: Path) -> set[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, functions))
    return {name for name in found if name.startswith("test_")}

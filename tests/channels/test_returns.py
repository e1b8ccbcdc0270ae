import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.returns import LONGEST_ABSENCE, return_date

TODAY = date(2026, 11, 23)
"""A Monday."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # English
        ("I am out of the office. I will be back on 3 December.", date(2026, 12, 3)),
        ("I'm out of office until and including 3 December.", date(2026, 12, 4)),
        ("I am away until Monday, December 7th, 2026. For urgent matters, call 555.", date(2026, 12, 7)),
        ("I will be out from 1 December to 14 December 2026 with limited access.", date(2026, 12, 15)),
        ("I am on leave 12/01/2026 - 12/14/2026 and will return to the office on 12/15/2026.", date(2026, 12, 15)),
        ("I am currently out of the office, returning Monday.", date(2026, 11, 30)),
        ("I'll be back in the office on Tue 1st Dec.", date(2026, 12, 1)),
        ("I am out of office through 25/12/2026 and will reply then.", date(2026, 12, 26)),
        ("I am on parental leave until March 2027.", date(2027, 3, 1)),
        ("I'm out from 24 November until 4 December and will be back on the 7 December.", date(2026, 12, 7)),
        ("Return date: 7 Dec", date(2026, 12, 7)),
        ("Out of office 2026-11-24 through 2026-12-04", date(2026, 12, 5)),
        ("I shall return on 4 January.", date(2027, 1, 4)),
        # German
        ("Ich bin ab dem 03.12. wieder im Büro.", date(2026, 12, 3)),
        ("Ich bin bis einschließlich 3.12.2026 nicht erreichbar.", date(2026, 12, 4)),
        ("Vom 1. bis 14.12.2026 bin ich im Urlaub. In dringenden Fällen wenden Sie sich an Bo.", date(2026, 12, 15)),
        ("Ich bin vom 24.11. bis zum 05.12. im Urlaub und am 8. Dezember zurück.", date(2026, 12, 8)),
        ("Ab Montag, den 30. November 2026, bin ich wieder für Sie da.", date(2026, 11, 30)),
        # French
        ("Je suis absent du bureau jusqu'au 3 décembre inclus.", date(2026, 12, 4)),
        ("Je serai de retour le lundi 7 décembre 2026.", date(2026, 12, 7)),
        ("Je suis en congés du 24/11 au 05/12.", date(2026, 12, 6)),
        # Spanish
        ("Estaré fuera de la oficina hasta el 3 de diciembre.", date(2026, 12, 4)),
        ("Vuelvo el 4 de enero de 2027.", date(2027, 1, 4)),
        ("Estoy de vacaciones del 01/12/2026 al 14/12/2026.", date(2026, 12, 15)),
        # Italian
        ("Sono assente fino al 03/12/2026.", date(2026, 12, 4)),
        ("Rientro il 9 dicembre.", date(2026, 12, 9)),
        # Dutch
        ("Ik ben afwezig t/m 3 december.", date(2026, 12, 4)),
        ("Ik ben tot 3 december afwezig.", date(2026, 12, 3)),
        ("Vanaf 4 december ben ik weer bereikbaar.", date(2026, 12, 4)),
        # Portuguese
        ("Estou ausente até 3 de dezembro.", date(2026, 12, 4)),
        ("Volto a 4 de dezembro de 2026.", date(2026, 12, 4)),
        # Polish
        ("Jestem nieobecny do 3 grudnia.", date(2026, 12, 4)),
        ("Wracam 4 grudnia 2026.", date(2026, 12, 4)),
        ("Jestem na urlopie od 24.11 do 30.11.2026 r.", date(2026, 12, 1)),
        # tomorrow, next week, spans of time, parts of months
        ("I'm out today, back tomorrow.", date(2026, 11, 24)),
        ("Guten Morgen, ich bin morgen wieder da.", date(2026, 11, 24)),
        ("Estoy fuera, vuelvo mañana.", date(2026, 11, 24)),
        ("Vuelvo el 30 de noviembre por la mañana.", date(2026, 11, 30)),
        ("Je suis absent, de retour demain.", date(2026, 11, 24)),
        ("Oggi sono assente, rientro domani.", date(2026, 11, 24)),
        ("I will be back next week.", date(2026, 11, 30)),
        ("Ich bin nächste Woche wieder im Büro.", date(2026, 11, 30)),
        ("I'll be back Tuesday of next week.", date(2026, 12, 1)),
        ("I'll be back in two weeks.", date(2026, 12, 7)),
        ("Ich bin ab KW 50 wieder erreichbar.", date(2026, 12, 7)),
        ("I am on leave until the end of January.", date(2027, 2, 1)),
        ("Je suis en congé jusqu'à fin janvier.", date(2027, 2, 1)),
        ("I'm on vacation until the 30th.", date(2026, 11, 30)),
        ("Ich bin am 30. wieder da.", date(2026, 11, 30)),
        ("I'm away until 9am Monday.", date(2026, 11, 30)),
        ("I am on sabbatical until the end of the year.", date(2027, 1, 1)),
        ("Ich bin ab Januar wieder da.", date(2027, 1, 1)),
        ("Wracam w styczniu.", date(2027, 1, 1)),
        ("I'll be unavailable until COB Friday.", date(2026, 11, 27)),
        # abbreviated months, month first, over New Year
        ("I am out of the office Nov 23-27, returning Nov. 30.", date(2026, 11, 30)),
        ("Out of office Nov. 23 - Nov. 27.", date(2026, 11, 28)),
        ("I'm on annual leave from the 23rd to the 27th of November inclusive.", date(2026, 11, 28)),
        ("I will return Dec. 1st. Please call Bo.", date(2026, 12, 1)),
        ("OOO - back 12/7", date(2026, 12, 7)),
        ("I am out of office between 23 November and 4 December.", date(2026, 12, 5)),
        ("Ich bin bis inkl. 27.11. abwesend.", date(2026, 11, 28)),
        ("I am away through the end of the month.", date(2026, 12, 1)),
        ("I am away 23-27 Nov and again 14-18 Dec.", date(2026, 11, 28)),
        ("Sono in ferie dal 23 al 27 novembre.", date(2026, 11, 28)),
        ("Przebywam na urlopie w dniach 23-27 listopada.", date(2026, 11, 28)),
        ("Your message of 23 November 2026 was received. I am away until 4 December.", date(2026, 12, 4)),
        # Swedish, Danish, Norwegian, Finnish
        ("Hej, jag är på semester till och med 4 december. Jag är åter måndag 7 december.", date(2026, 12, 7)),
        ("Jag är borta t.o.m. 4 december.", date(2026, 12, 5)),
        ("Jag är ledig och tillbaka den 30 november.", date(2026, 11, 30)),
        ("Jeg er på ferie til og med den 4. december.", date(2026, 12, 5)),
        ("Jeg holder ferie og er tilbage på onsdag.", date(2026, 11, 25)),
        ("Jeg er tilbake på kontoret 7. desember.", date(2026, 12, 7)),
        ("Olen lomalla 30.11. asti.", date(2026, 12, 1)),
        ("Olen poissa 23.–27.11. Palaan maanantaina 30.11.", date(2026, 11, 30)),
        ("Palaan töihin 7. joulukuuta.", date(2026, 12, 7)),
        # Czech, Russian, Ukrainian, Hungarian, Turkish, Greek
        ("Jsem mimo kancelář do 4. prosince.", date(2026, 12, 5)),
        ("Vrátím se 7. prosince.", date(2026, 12, 7)),
        ("Я в отпуске до 5 декабря.", date(2026, 12, 6)),
        ("Вернусь 3 декабря.", date(2026, 12, 3)),
        ("Меня не будет в офисе с 23 по 27 ноября.", date(2026, 11, 28)),
        ("Я у відпустці до 5 грудня. Повернуся 7 грудня.", date(2026, 12, 7)),
        ("Szabadságon vagyok december 4-ig.", date(2026, 12, 5)),
        ("İzindeyim, 30 Kasım'da döneceğim.", date(2026, 11, 30)),
        ("Επιστρέφω στις 7 Δεκεμβρίου.", date(2026, 12, 7)),
        # Japanese, Chinese, Korean
        ("12月3日まで休暇をいただいております。", date(2026, 12, 4)),
        ("11月27日(金)まで不在です。", date(2026, 11, 28)),
        ("12月7日より出社いたします。", date(2026, 12, 7)),
        ("我将于2026年12月1日返回办公室。", date(2026, 12, 1)),
        ("我在11月23日至11月27日期间休假。", date(2026, 11, 28)),
        ("휴가 중입니다. 12월 3일에 복귀합니다.", date(2026, 12, 3)),
        # nothing to be told
        ("I am out of the office until further notice.", None),
        ("We'll reply within 24 hours. Our offices are open Monday to Friday.", None),
        ("We will get back to you by Tuesday. Ticket 2026-11-25.", None),
        ("Ich bin bis auf Weiteres nicht erreichbar.", None),
        ("I work part time: Monday to Wednesday.", None),
        ("Thank you for your email. I am away.", None),
        ("I am out since 1 November and have no date of return.", None),
        ("I was on holiday until 3 October.", None),
        ("Call +49 30 123456 or 1/2 of us.", None),
        ("I will be back on 31 February.", None),
        ("I will be back on 3 December 2199.", None),
    ],
)
def test_the_first_day_on_which_they_read_again_is_told(text: str, day: date | None) -> None:
    assert return_date(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I will be on vacation Dec 21 - Jan 4.", date(2027, 1, 5)),
        ("Ich bin vom 21.12. bis 04.01. im Urlaub.", date(2027, 1, 5)),
        ("Our offices are closed from 12/24 to 1/3.", date(2027, 1, 4)),
    ],
)
def test_a_span_over_new_year_ends_in_the_next(text: str, day: date) -> None:
    assert return_date(text, date(2026, 12, 22)) == day
    assert return_date(text, TODAY) is None, "they are here for another four weeks"


@given(
    st.lists(
        st.sampled_from(
            ["until", "back", "bis", "3", "12", ".", "/", "-", " ", "december", "2026", "monday", "⟨0⟩", "⟨9⟩", "99"]
        ),
        max_size=20,
    )
)
def test_any_words_give_a_day_to_come_or_none(words: list[str]) -> None:
    day = return_date(" ".join(words), TODAY)
    assert day is None or TODAY < day <= TODAY + LONGEST_ABSENCE


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1.",
        "1/",
        " ",
        "until ",
        "⟨",
        "monday ",
        "1 may ",
        "back ",
        "dec. 1-",
        "end of ",
        "the 1st ",
        "t.o.m. ",
        "1月1日",
    ],
)
def test_a_hostile_text_is_read_in_time(piece: str) -> None:
    began = time.process_time()
    return_date(piece * 20_000, TODAY)
    assert time.process_time() - began < 5

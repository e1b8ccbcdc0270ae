"""The fakes themselves, where a test of a channel would not notice that they do nothing."""

from channels.messages import TemporarySendError
from channels.sendgrid import SendGridChannel
from tests.channels.harnesses import an_email
from tests.fakes.provider import Trouble
from tests.fakes.sendgrid import API_KEY, FakeSendGrid


async def outcomes(fake: FakeSendGrid, sends: int) -> list[bool]:
    """Whether each of so many sends, one after another, was accepted."""
    channel = SendGridChannel(API_KEY, fake.url)
    accepted = []
    for n in range(sends):
        try:
            await channel.send(an_email(n))
        except TemporarySendError:
            accepted.append(False)
        else:
            accepted.append(True)
    await channel.close()
    return accepted


async def test_trouble_by_chance_strikes_some_sends_and_the_same_ones_again() -> None:
    async with FakeSendGrid() as fake:
        fake.behave_by_chance(0.3, Trouble(status=500))
        first = await outcomes(fake, 40)
        fake.behave_by_chance(0.3, Trouble(status=500))
        assert await outcomes(fake, 40) == first
        assert 4 <= first.count(False) <= 20
        assert len(fake.held) == 2 * first.count(True)


async def test_trouble_at_every_third_send_strikes_every_third_send() -> None:
    async with FakeSendGrid() as fake:
        fake.behave_every(3, Trouble(status=500))
        assert await outcomes(fake, 6) == [True, True, False, True, True, False]

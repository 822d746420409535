"""The certificate of a far side that ends within a fortnight."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import trustme

from hookspan.outbound.certificates import Certificates
from tests.emitters.far_side import FarSide, far_side
from tests.emitters.stage import House, house_in, stage_for
from tests.emitters.told import emits
from tests.support.clock import START_MS, FakeClock

CA = trustme.CA()
ENDS = datetime.datetime(2038, 1, 1, tzinfo=datetime.UTC)
DAY = 86_400


def days_before(days: float) -> FakeClock:
    """A clock so long before that end."""
    clock = FakeClock()
    clock.advance(seconds=ENDS.timestamp() - START_MS / 1_000 - days * DAY)
    return clock


def secured() -> ssl.SSLContext:
    """What the far side proves itself with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CA.issue_cert("127.0.0.1", not_after=ENDS).configure_cert(context)
    return context


def secure_url(far: FarSide) -> str:
    """Where it listens."""
    return far.url("/hook").replace("http:", "https:")


async def told_by(house: House) -> list[str]:
    """The codes of what was warned of, late first attempts aside."""
    ids = [row["id"] for row in (await house.api.get("/api/v1/events", type="system.warning"))["data"]]
    codes = [(await house.api.get(f"/api/v1/events/{each}"))["data"]["code"] for each in ids]
    return [code for code in codes if code != "sla_breached"]


@emits("system.warning")
async def test_a_certificate_that_ends_in_a_fortnight_is_told_once(folder: Path) -> None:
    async with (
        far_side(secured()) as secure,
        house_in(folder, clock=days_before(10)) as house,
        stage_for(house, ("system.warning",)) as stage,
    ):
        tls = {"caPem": CA.cert_pem.bytes().decode()}
        other = await stage.endpoint("order.*", url=secure_url(secure), tls=tls, name="Shop")
        for number in range(1, 3):
            await stage.api.publish("order.paid")
            await secure.gets("/hook", number)

        told = await stage.hears_as_time_goes_by("system.warning", step_s=80)

        await stage.api.publish("order.paid")
        await secure.gets("/hook", 3)
        await house.application.certificates.tell()
        another = Certificates(house.application.publisher, house.clock)
        target = await house.application.endpoints.targets.load(house.tenant_id, other)
        assert target is not None
        another.met(target, round(ENDS.timestamp() * 1_000))
        await another.tell()
        assert await told_by(house) == ["certificate_ends"]
        assert (told["code"], told["details"]["endpointId"]) == ("certificate_ends", other)
        assert (told["details"]["endsAt"], told["component"]) == ("2038-01-01T00:00:00.000Z", "outbound")
        assert told["message"] == "the certificate of Shop ends in 9 d; deliveries will fail then"


async def test_a_certificate_that_holds_longer_is_told_to_nobody(folder: Path) -> None:
    async with (
        far_side(secured()) as secure,
        house_in(folder, clock=days_before(15)) as house,
        stage_for(house, ()) as stage,
    ):
        await stage.endpoint("order.*", url=secure_url(secure), tls={"caPem": CA.cert_pem.bytes().decode()})
        await stage.api.publish("order.paid")

        await stage.sees("delivery.delivered")
        await house.application.certificates.tell()

        assert await told_by(house) == []

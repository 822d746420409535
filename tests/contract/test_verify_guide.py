"""The examples of the page on verifying take what we send and nothing else, run as a reader would run them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hookspan.outbound.sign import Signer, decode_private_key, generate_key_pair, generate_secret
from tests.support.node import run_node

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "verify-deliveries.md").read_text(encoding="utf-8")
BODY = b'{"type":"order.paid","timestamp":"2025-05-21T21:27:09.442Z","data":{"order":7}}'
SECRET, OLDER, PAIR = generate_secret(), generate_secret(), generate_key_pair()
SIGNER = Signer([SECRET, OLDER], legacy_secret="seed", ed25519_key=decode_private_key(PAIR.private))


def example(heading: str) -> str:
    """The first code under a heading."""
    return re.split(r"^```.*\n", PAGE.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[1]


def sent(age_s: int = 0) -> dict[str, str]:
    """The signed headers of a delivery of our own, names in lower case."""
    trio = SIGNER.trio("msg_1", int(time.time()) - age_s, BODY)
    return {name.lower(): value for name, value in [*trio, *SIGNER.legacy("orchestrator", BODY)]}


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("In Python, with hookspan", SECRET),
        ("In Python, with hookspan", OLDER),
        ("In Python, with hookspan", PAIR.public),
        ("In Python, with hookspan", "seed"),
        ("In Python, `X-Webhook-Signature`", "seed"),
        ("In Python, Standard Webhooks", OLDER),
        ("In Python, with a public key", PAIR.public),
    ],
    ids=["newest", "older", "public key", "seed", "seed by hand", "standardwebhooks", "public key by hand"],
)
def test_the_python_examples_take_ours_and_nothing_else(heading: str, key: str) -> None:
    room: dict[str, Callable[..., bool]] = {}
    exec(example(heading), room)
    is_ours = room["is_ours"]

    told = [is_ours(BODY, sent(), key), is_ours(BODY.replace(b"7", b"8"), sent(), key)]

    assert told == [True, False]
    if key != "seed":
        assert not is_ours(BODY, sent(age_s=400), key)
        assert not is_ours(BODY, {**sent(), "webhook-id": "msg_2"}, key)


def test_the_node_example_of_standard_webhooks_takes_ours_and_nothing_else(tmp_path: Path) -> None:
    cases = [
        [BODY.decode(), sent(), SECRET],
        [BODY.decode(), sent(), OLDER],
        [BODY.decode().replace("7", "8"), sent(), SECRET],
        [BODY.decode(), sent(age_s=400), SECRET],
        [BODY.decode(), {**sent(), "webhook-timestamp": "soon"}, SECRET],
        [BODY.decode(), sent(), generate_secret()],
    ]
    call = "console.log(isOurs(Buffer.from(body), headers, secret))"
    asked = f"for (const [body, headers, secret] of {json.dumps(cases)}) {call}"
    script = tmp_path / "verify.js"
    script.write_text(example("In Node, Standard Webhooks") + asked)

    assert run_node(script, []) == ["true", "true", "false", "false", "false", "false"]


def test_the_fastapi_example_makes_a_guarded_route() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    room: dict[str, object] = {}

    exec(next(block for block in blocks if "FastAPI()" in block), room)

    assert {"app", "hook"} <= room.keys()

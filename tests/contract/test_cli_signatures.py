"""`sign` and `verify` on files, with no server anywhere (contracts D.4, G.3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import run

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
HEADERS = (
    "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp: 1614265330",
    "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
)
OLD = ("--tolerance", str(10**9))


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "body.json"
    path.write_bytes(BODY)
    return str(path)


def headers(*lines: str) -> list[str]:
    return [word for line in lines for word in ("--header", line)]


def test_the_reference_vector_is_signed_as_it_is_printed(file: str) -> None:
    ran = run(
        "sign", "--profile", "standard", "--secret", SECRET, "--id", "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "--timestamp", "1614265330", file,
    )  # fmt: skip

    assert ran.code == 0
    assert sorted(ran.out.splitlines()) == sorted(HEADERS)


def test_a_request_that_holds_is_valid(file: str) -> None:
    ran = run("verify", "--scheme", "standard", "--secret", SECRET, *OLD, *headers(*HEADERS), file)

    assert ran.code == 0
    assert ran.out.startswith("valid\n")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (HEADERS[:2], "MissingSignature"),
        ((*HEADERS[:2], "webhook-signature: v1,AAAA"), "BadSignature"),
        ((HEADERS[0], "webhook-timestamp: 1614265331", HEADERS[2]), "BadSignature"),
    ],
)
def test_a_request_that_does_not_hold_says_why_and_is_exit_1(file: str, lines: tuple[str, ...], said: str) -> None:
    arguments = ("verify", "--scheme", "standard", "--secret", SECRET, *OLD, *headers(*lines), file)

    text, machine = run(*arguments), run(*arguments, "-o", "json")

    assert (text.code, machine.code) == (1, 1)
    assert text.out.startswith("not valid: ")
    assert (machine.document["valid"], machine.document["reason"]) == (False, said)


def test_an_old_request_is_stale(file: str) -> None:
    ran = run("verify", "--secret", SECRET, *headers(*HEADERS), file, "-o", "json")

    assert (ran.code, ran.document["reason"]) == (1, "StaleTimestamp")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sign", "--profile", "nope", "--secret", "s"], "'nope' is no scheme"),
        (["verify", "--scheme", "nope", "--secret", "s", "--header", "a: b"], "'nope' is no scheme"),
        (["verify", "--secret", "s", "--header", "nonsense"], "--header: nonsense is not 'Name: value'"),
    ],
)
def test_wrong_words_are_exit_2(file: str, arguments: list[str], said: str) -> None:
    ran = run(*arguments, file)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_file_that_is_not_there_is_exit_2() -> None:
    assert run("sign", "--profile", "standard", "--secret", SECRET, "/no/such").code == 2

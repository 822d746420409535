"""Hold a request against a verifier that is data: one algorithm for every provider, code only for the few plugins.

Laws: the raw bytes are checked before anything is parsed; every live secret × signature × key reading × spelling
of the URL is tried, at most 64 times in all the ways a provider may sign; both sides of a comparison go through a
keyed hash of this process and `hmac.compare_digest`, so neither content nor length leaks, and what cannot be decoded
takes the same way; a time counts only when it is signed, and is checked last. An unknown or half-filled record
refuses every request. A verdict that needs a key of the provider's says so (`KeyNeeded`); nothing here waits.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from hookspan.inbound import asymmetric
from hookspan.inbound.plugins import PLUGINS
from hookspan.inbound.recipe import ASYMMETRIC, Recipe, Unusable, check_kind, compile_recipe
from hookspan.inbound.record import BodyHashAt, Record, SignatureAt, read_record
from hookspan.inbound.request import InboundRequest, query_values
from hookspan.inbound.signature import Found, Place, decode, keys_of
from hookspan.inbound.text import Absent, Malformed, Signed, Text, only
from hookspan.inbound.tokens import check_token
from hookspan.inbound.verdict import MAX_TRIES, Cause, Check, KeyNeeded, Refused, Verdict, Verified, is_same
from hookspan.inbound.window import time_ms, window_fault

__all__ = ["MAX_TRIES", "Cause", "Check", "KeyNeeded", "Refused", "Verdict", "Verified", "Verifier", "is_same"]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A compiled record; `fault` says why it refuses everything, None when it is sound."""

    record: Record | None
    fault: str | None
    _check: Check

    @classmethod
    def from_record(cls, record: Mapping[str, object] | Record) -> Verifier:
        """Compile once. Never raises: a record that cannot be enforced becomes a verifier that refuses everything."""
        typed: Record | None = None
        try:
            typed = record if isinstance(record, Record) else read_record(record)
            return cls(typed, None, _check_of(typed))
        except (Unusable, ValueError) as error:
            return cls(typed, str(error), _refuse_all(str(error)))

    def check(self, request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        """Whether the request holds under one of the live secrets; for basic auth a secret is `user:password`."""
        return self._check(request, secrets, now_ms)


def _check_of(record: Record) -> Check:
    ways = record.ways
    if len(ways) == 1:
        return _check_of_one(record, MAX_TRIES)
    tries = max(1, MAX_TRIES // len(ways))
    return _any_of(ways, [_check_of_one(way, tries) for way in ways])


def _check_of_one(record: Record, tries: int) -> Check:
    check_kind(record)
    match record.kind:
        case "none":
            return lambda request, secrets, now_ms: Verified(None)
        case "basic":
            return _check_basic
        case "api_key":
            return _api_key(record.signature)
        case "jwt":
            return check_token(compile_recipe(record, tries))
        case "plugin" if record.id in PLUGINS:
            return PLUGINS[record.id](compile_recipe(record, tries))
        case "plugin":
            raise Unusable(f"there is no plugin for {record.id!r}")
        case _:
            recipe = compile_recipe(record, tries)
            return _plain(recipe) if recipe.is_plain else _general(recipe)


_RANK: Mapping[Cause, int] = {"not_configured": 0, "missing_signature": 1}
"""How little a refusal tells; those that are not here tell most."""


def _any_of(ways: Sequence[Record], checks: Sequence[Check]) -> Check:
    """The first way that holds counts; else the refusal that tells most.

    A way is left out where the signed id or time of an earlier one stands in the request: the id is read there first,
    this way does not cover it, and whoever has one captured delivery could write into it.
    """
    covered = [way.covered_headers for way in ways]
    foreign = [frozenset().union(*covered[:position]) - own for position, own in enumerate(covered)]
    ordered = list(zip(checks, foreign, strict=True))

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        refused = Refused("not_configured", "no secret that can be read as a key")
        for judge, others in ordered:
            if others and any(name in others for name, _ in request.headers):
                continue
            verdict = judge(request, secrets, now_ms)
            if not isinstance(verdict, Refused):
                return verdict
            if _RANK.get(verdict.cause, 2) > _RANK.get(refused.cause, 2):
                refused = verdict
        return refused

    return check


def _refuse_all(reason: str) -> Check:
    refused = Refused("not_configured", f"the verification of this source is unusable: {reason}")
    return lambda request, secrets, now_ms: refused


def _general(recipe: Recipe) -> Check:
    kind = recipe.record.kind
    search = asymmetric.key_that_holds if kind in ASYMMETRIC else _key_that_holds

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        if kind in ASYMMETRIC:
            keys = asymmetric.public_keys(secrets, recipe.readings, kind)
        else:
            keys = [(index, key) for index, secret in enumerate(secrets) for key in keys_of(secret, recipe.readings)]
        if not keys:
            return Refused("not_configured", "no secret that can be read as a key")
        try:
            found = recipe.place.read(request)
            index = search(recipe, request, found=found, keys=keys)
            if index is None:
                return _not_held(recipe, found)
            return _covered(recipe, request, found=found, verified=Verified(index, recipe.record.signed), now_ms=now_ms)
        except Absent as absent:
            return Refused("missing_signature", str(absent))
        except Malformed as malformed:
            return Refused("malformed_signature", str(malformed))

    return check


def _plain(recipe: Recipe) -> Check:
    """The same verdicts as `_general` for one hex HMAC of the body; whatever looks unusual is left to it."""
    names, algorithm = frozenset(recipe.place.names), recipe.algorithm
    general = _general(recipe)
    passed = tuple(Verified(index, recipe.record.signed) for index in range(MAX_TRIES))
    refused = Refused("bad_signature", f"{recipe.place.expected} does not match the body")

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        lines = [value for field, value in request.headers if field in names]
        if len(lines) != 1 or not secrets or not all(secrets):
            return general(request, secrets, now_ms)
        bare = recipe.place.bare(lines[0])
        given = decode(bare, "hex") if bare else None
        if given is None:
            return general(request, secrets, now_ms)
        for secret, verified in zip(secrets, passed, strict=False):
            if is_same(hmac.digest(secret, request.body, algorithm), given):
                return verified
        return refused

    return check


def _key_that_holds(
    recipe: Recipe, request: InboundRequest, *, found: Found, keys: Sequence[tuple[int, bytes]]
) -> int | None:
    """The index of the first secret that holds; every signature is tried against it before the next one."""
    expected: Iterable[tuple[int, bytes]] = keys
    given: Sequence[bytes] = found.signatures
    if recipe.text is not None:
        given = [decode(signature, recipe.record.encoding) or b"" for signature in found.signatures]
        expected = _expected(recipe, recipe.text, signed=recipe.signed(request, found.items), keys=keys)
    tries = ((index, value, candidate) for index, value in expected for candidate in given)
    for index, value, candidate in islice(tries, recipe.tries):
        if is_same(value, candidate):
            return index
    return None


def _expected(
    recipe: Recipe, text: Text, *, signed: Signed, keys: Sequence[tuple[int, bytes]]
) -> Iterator[tuple[int, bytes]]:
    """The right signature for every key and spelling of the URL, made one at a time."""
    for index, key in keys:
        for url in recipe.urls(signed.request):
            yield index, mac(recipe, key, text.build(replace(signed, url=url, secret=key)))


def mac(recipe: Recipe, key: bytes, text: bytes) -> bytes:
    """The signature bytes of a text: an HMAC, or for `hash` a plain digest of a text that holds the secret."""
    if recipe.record.kind == "hash":
        return hashlib.new(recipe.algorithm, text).digest()
    return hmac.digest(key, text, recipe.algorithm)


def _not_held(recipe: Recipe, found: Found) -> Refused:
    encoding = recipe.record.encoding
    if recipe.text is not None and all(decode(signature, encoding) is None for signature in found.signatures):
        return Refused("malformed_signature", f"{recipe.place.expected} is not {encoding}")
    return Refused("bad_signature", f"{recipe.place.expected} does not match")


def _covered(recipe: Recipe, request: InboundRequest, *, found: Found, verified: Verified, now_ms: int) -> Verdict:
    """What is checked once the signature holds: the hash of the body it names, and the time."""
    body_hash, at = recipe.record.body_hash, recipe.record.time
    if body_hash is not None and not _is_body_hash(body_hash, request):
        return Refused("bad_signature", f"{body_hash.name} is not the hash of the body")
    if recipe.time is None or at is None:
        return verified
    sent_ms = time_ms(at, recipe.time(request, found.items))
    cause = window_fault(at, sent_ms, now_ms)
    if cause is not None:
        return Refused(cause, f"{at.from_} {at.name} is not within -{at.past} s and +{at.future} s of our clock")
    return replace(verified, timestamp_ms=sent_ms)


def _is_body_hash(at: BodyHashAt, request: InboundRequest) -> bool:
    given = decode(only(query_values(request.query, at.name), f"query {at.name}"), at.encoding)
    return is_same(given or b"", hashlib.new(at.algorithm, request.body).digest())


def _check_basic(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
    """RFC 7617: split at the first colon only; both halves are compared, whatever the first one says."""
    usable = [(index, *secret.partition(b":")) for index, secret in enumerate(secrets)]
    if not any(user and password for _, user, _, password in usable):
        return Refused("not_configured", "no user and password")
    lines = request.header_lines(b"authorization")
    scheme, _, credentials = lines[0].partition(b" ") if lines else (b"", b"", b"")
    given = decode(credentials.strip(), "base64") if scheme.lower() == b"basic" else None
    given_user, _, given_password = (given or b"").partition(b":")
    for index, user, _, password in usable:
        holds = is_same(user, given_user) & is_same(password, given_password)
        if holds and user and password and len(lines) == 1:
            return Verified(index)
    return Refused("basic_failed", "send one header Authorization: Basic with the right user and password")


def _api_key(at: SignatureAt | None) -> Check:
    if at is None:
        raise Unusable("the place of the API key is missing")
    place = Place.of(at)

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        usable = [(index, secret) for index, secret in enumerate(secrets) if secret]
        if not usable:
            return Refused("not_configured", "no API key")
        try:
            given = place.read(request).signatures
        except (Absent, Malformed) as failure:
            return Refused("key_failed", str(failure))
        for index, secret in usable:
            if any(is_same(secret, candidate) for candidate in given):
                return Verified(index)
        return Refused("key_failed", f"{place.expected} is not the key")

    return check

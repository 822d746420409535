"""The planted bugs: what each breaks in the product, and the layer or the tests that must catch it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One bug: `old` stands once in `file` and becomes `new`; `layer` is the command that must see `word`.

    A layer that begins with `pytest` names the tests that must fail.
    """

    name: str
    file: str
    old: str
    new: str
    layer: tuple[str, ...]
    word: str
    more: tuple[tuple[str, str], ...] = ()

    @property
    def patches(self) -> tuple[tuple[str, str], ...]:
        """All (old, new) of the file."""
        return ((self.old, self.new), *self.more)


CHAOS = ("chaos", "--kills", "8")
DISK = ("disk", "--kills", "2")
NEIGHBOUR = ("neighbour", "--events", "500")
MUTANTS = (
    Mutant(
        "answer-before-commit",
        "events/publish.py",
        "recorded = await self._database.batch(events.record, birth)",
        "recorded = Recorded(birth.event.id) if self._database.batch(events.record, birth) else None",
        CHAOS,
        "LOST",
    ),
    Mutant(
        "settle-before-send",
        "outbound/deliver.py",
        "        answer = await self._client.send(request)\n",
        '        early = HttpAnswer(200, [], b"", False, 0.0)\n'
        "        await self._settle(self._judge(parcel, policy, request, early, started_at), target)\n"
        "        answer = await self._client.send(request)\n",
        CHAOS,
        "FALSE SUCCESS",
    ),
    Mutant(
        "redirect-is-success",
        "outbound/retry.py",
        "    if outcome.status < 300:\n",
        "    if outcome.status < 400:\n",
        CHAOS,
        "FALSE SUCCESS",
    ),
    Mutant(
        "key-ignored",
        "events/births.py",
        "keys = entry.keys if replay is None else [*entry.keys, *keys_of_replay(replay, new)]",
        "keys = () if replay is None else keys_of_replay(replay, new)",
        CHAOS,
        "DOUBLE EVENT",
    ),
    Mutant(
        "claim-without-recheck",
        "storage/delivery_claims.py",
        "_LEASE = (\n    update(webhook_deliveries)\n"
        '    .where(one_of(_deliveries.id), _deliveries.status == "pending")\n',
        "_LEASE = (\n    update(webhook_deliveries)\n    .where(one_of(_deliveries.id))\n",
        ("race", "--store", "postgres"),
        "DUPLICATES",
        (("        .with_for_update(skip_locked=True)\n    )\n\n\n_DUE", "    )\n\n\n_DUE"),),
    ),
    Mutant(
        "settle-without-token",
        "storage/deliveries.py",
        "tokens.get(item.parcel.id) == item.parcel.lease_token for item in items",
        "item.parcel.id in tokens for item in items",
        ("states",),
        "Error",
    ),
    Mutant(
        "event-and-deliveries-apart",
        "storage/events.py",
        '    failpoints.reach("accept.in_tx")\n',
        '    connection.commit()\n    failpoints.reach("accept.in_tx")\n',
        ("points", "--only", "accept.in_tx", "--hits", "2,3,7,11"),
        "ORPHAN",
    ),
    Mutant(
        "attempt-and-state-apart",
        "storage/deliveries.py",
        '    failpoints.reach("settle.in_tx")\n',
        '    connection.commit()\n    failpoints.reach("settle.in_tx")\n',
        ("points", "--only", "settle.in_tx", "--hits", "1,7"),
        "DOWN",
    ),
    Mutant(
        "synchronous-normal",
        "storage/dialect.py",
        "PRAGMA synchronous=FULL",
        "PRAGMA synchronous=NORMAL",
        ("power",),
        "LOST",
    ),
    Mutant(
        "retries-in-memory",
        "outbound/deliver.py",
        '                return replace(settled, status="pending", due_at=due_at,'
        " gate_until=verdict.gate_until_ms or 0)\n",
        "                query = f\"UPDATE webhook_deliveries SET due_at = {due_at} WHERE id = '{parcel.id}'\"\n"
        "                unit = lambda connection: connection.exec_driver_sql(query).rowcount\n"
        "                later = lambda: asyncio.ensure_future(self._database.write(unit))\n"
        "                asyncio.get_running_loop().call_later(max(0.1, (due_at - now) / 1_000), later)\n"
        '                return replace(settled, status="pending", due_at=2**60)\n',
        CHAOS,
        "STUCK",
    ),
    Mutant(
        "lease-shorter-than-deadline",
        "outbound/deliver.py",
        "self._clock.now_ms() > parcel.lease_until - target.timeout_ms:",
        "self._clock.now_ms() > parcel.lease_until + target.timeout_ms:",
        ("pytest", "tests/flow/test_leases.py", "tests/flow/test_deliver.py", "tests/flow/test_moves.py"),
        "FAILED",
    ),
    Mutant(
        "claim-not-counted",
        "storage/delivery_claims.py",
        "        silent_claims=_deliveries.silent_claims + 1,\n",
        "",
        ("states",),
        "AssertionError",
    ),
    Mutant(
        "body-rebuilt",
        "outbound/fact.py",
        '        event.data or b"",\n',
        '        __import__("json").dumps(__import__("json").loads(event.data)).encode() if event.data else b"",\n',
        CHAOS,
        "CORRUPT",
    ),
    Mutant(
        "timestamp-reused",
        "outbound/deliver.py",
        "target.signer.trio(event.id, now // 1_000, wire.body)",
        "target.signer.trio(event.id, event.created_at // 1_000, wire.body)",
        ("net",),
        "TIMESTAMP",
    ),
    Mutant(
        "drip-is-failure",
        "outbound/deliver.py",
        "    hint = None\n    if answer.status in (429, 503):\n",
        '    if answer.truncated:\n        return Outcome(failure="timeout")\n'
        "    hint = None\n    if answer.status in (429, 503):\n",
        ("net",),
        "OUTCOME",
    ),
    Mutant("retry-after-ignored", "outbound/retry.py", "_HINTED = (429, 503)", "_HINTED = ()", ("net",), "DUE"),
    Mutant(
        "retry-after-uncapped",
        "outbound/retry.py",
        "min(hint_ms, _hint_cap_ms(policy))",
        "hint_ms",
        ("net",),
        "DUE",
    ),
    Mutant(
        "gone-is-retried",
        "outbound/retry.py",
        "    if outcome.status == 410:\n",
        "    if outcome.status == 4_100:\n",
        ("net",),
        "OUTCOME",
    ),
    Mutant(
        "redirect-is-followed",
        "outbound/deliver.py",
        "        answer = await self._client.send(request)\n",
        "        answer = await self._client.send(request)\n"
        '        place = dict(getattr(answer, "headers", ())).get("location")\n'
        "        if place is not None:\n"
        "            answer = await self._client.send(replace(request, url=place))\n",
        CHAOS,
        "REDIRECT",
    ),
    Mutant(
        "breaker-spends-attempts",
        "model/gates.py",
        "not_before=max(gate.not_before, at + open_ms))",
        "not_before=gate.not_before)",
        ("pytest", "tests/flow/test_gate.py"),
        "FAILED",
    ),
    Mutant("no-slow-share", "outbound/turns.py", "SLOW_SHARE = 0.25", "SLOW_SHARE = 1.0", NEIGHBOUR, "NEIGHBOUR"),
    Mutant(
        "unbounded-inbox",
        "storage/database.py",
        "if self._closing.is_set() or self._waiting >= self._inbox_limit:",
        "if self._closing.is_set():",
        ("pytest", "tests/faults/test_bounds.py"),
        "FAILED",
    ),
    Mutant(
        "no-sweeper",
        "outbound/caretaker.py",
        "        lost, quarantined = await self._sweep(self._clock.now_ms())\n",
        "        lost, quarantined = 0, 0\n",
        ("chaos", "--kills", "6", "--store", "postgres"),
        "STUCK",
    ),
    Mutant(
        "key-head-ignored",
        "storage/delivery_claims.py",
        '" AND h.endpoint_id = :endpoint AND h.ordering_key = keys.name ORDER BY h.seq LIMIT 1)"',
        '" AND h.endpoint_id = :endpoint AND h.ordering_key = keys.name"\n'
        "    \" AND h.status = 'pending' ORDER BY h.seq DESC LIMIT 1)\"",
        ("race", "--store", "postgres"),
        "ORDER",
    ),
    Mutant(
        "number-before-the-lock",
        "storage/order_keys.py",
        "        numbers |= {(event_id, key): first + place for place, event_id in enumerate(members)}\n",
        "        numbers |= {(event_id, key): created_at + 0 * first for event_id, created_at in members.items()}\n",
        ("race", "--store", "postgres"),
        "ORDER",
    ),
    Mutant(
        "stop-drops-work",
        "app/compose.py",
        "self.dispatcher.drain(seconds)",
        "self.dispatcher.drain(0)",
        ("rolling",),
        "DUPLICATES",
    ),
    Mutant(
        "unknown-commit-is-2xx",
        "storage/database.py",
        '            self._settle([(job, None, StoreAway("the outcome of the commit is unknown")) for job in jobs])\n',
        "            self._settle([(job, result, None) for job, result in zip(jobs, results, strict=True)])\n",
        ("pytest", "tests/faults/test_bounds.py"),
        "FAILED",
    ),
    Mutant(
        "keys-of-all-tenants",
        "api/publish.py",
        "Key(new.tenant_id, idempotency_key,",
        'Key("everybody", idempotency_key,',
        ("pytest", "tests/faults/test_bounds.py"),
        "FAILED",
    ),
    Mutant(
        "bad-item-fails-its-batch",
        "storage/database.py",
        "        elif len(jobs) > 1:\n",
        "        elif len(jobs) > 2**30:\n",
        ("pytest", "tests/flow/test_group_commit.py"),
        "FAILED",
    ),
    Mutant(
        "push-answered-before-commit",
        "inbound/recording.py",
        "            published = await self._publisher.publish_entry(entry)\n",
        '            __import__("asyncio").ensure_future(self._publisher.publish_entry(entry))\n'
        "            event = entry.event\n"
        "            published = Published(event.id, event.type, event.created_at, False, None)\n",
        DISK,
        "LOST",
    ),
    Mutant(
        "dedupe-key-apart",
        "storage/events.py",
        "    insert_rows(connection, idempotency_keys, _KEY_COLUMNS, _key_rows(fresh))\n",
        "    connection.commit()\n    insert_rows(connection, idempotency_keys, _KEY_COLUMNS, _key_rows(fresh))\n",
        ("points", "--only", "commit.before", "--hits", "3,5,7,9,11,13,15,17"),
        "DOUBLE EVENT",
    ),
    Mutant(
        "filter-error-passes",
        "inbound/judging.py",
        "    except FilterError as error:\n"
        '        return Judgement("failed", error_code="filter_error",'
        " error_message=str(error)[:REASON_CHARACTERS]), None\n",
        "    except FilterError:\n        return None, None\n",
        CHAOS,
        "MISJUDGED",
    ),
    Mutant(
        "held-released-twice",
        "storage/held.py",
        'webhook_events.c.id == event.id, webhook_events.c.status == "held", owner)',
        "webhook_events.c.id == event.id, owner)",
        ("chaos", "--kills", "6", "--store", "postgres"),
        "ORPHAN",
    ),
    Mutant(
        "replay-row-apart",
        "storage/events.py",
        "        insert_rows(connection, replays, _REPLAY_COLUMNS, rows)\n",
        "        connection.commit()\n        insert_rows(connection, replays, _REPLAY_COLUMNS, rows)\n",
        ("points", "--only", "replay.in_tx", "--hits", "1,2"),
        "ORPHAN",
    ),
    Mutant(
        "receipt-without-its-execution",
        "storage/events.py",
        "    insert_executions(connection, [execution for birth in births for execution in birth.executions])\n",
        "    begun = [execution for birth in births for execution in birth.executions]\n"
        "    insert_executions(connection, begun[1:] if len(begun) > 1 else begun)\n",
        CHAOS,
        "ORPHAN",
    ),
    Mutant(
        "batch-in-several-transactions",
        "inbound/recording.py",
        "            published = await self._publisher.publish_entries(entries, atomic=True)\n",
        "            published = [each for one in entries for each in await self._publisher.publish_entries([one])]\n",
        ("points", "--only", "accept.in_tx", "--hits", "3,4,5,6,7,8,9,10,11,12,13,14"),
        "HALF BATCH",
    ),
    Mutant(
        "push-taken-on-a-full-disk",
        "inbound/receive.py",
        "            return Walked(answers.UNAVAILABLE, Ending(answers.UNAVAILABLE, "
        '"unavailable", error.detail), taken=taken)\n',
        '            return Walked(Answer(202, b\'{"eventId":"kept soon"}\'), taken=taken)\n',
        DISK,
        "LOST",
    ),
)

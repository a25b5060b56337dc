"""A shop in plain SQL, as its developers would write it by hand for one purpose.

It changes the same rows as the library's tables do for the same command: the facts, the
order and its place in the queue, the pool, what was touched, the key, the notice, the
position. It has one policy, no checks, no reasons, and cannot look before it acts.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from backorderkit import Order, Receipt

TABLES = """
CREATE TABLE events (position BIGINT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE orders (ref TEXT PRIMARY KEY, customer TEXT, placed_at TEXT);
CREATE TABLE lines (ref TEXT PRIMARY KEY, order_ref TEXT, sku TEXT, ordered BIGINT);
CREATE TABLE waiting (line TEXT PRIMARY KEY, sku TEXT, queued_at TEXT, customer TEXT,
    order_ref TEXT, waiting BIGINT, allocated BIGINT);
CREATE INDEX queue ON waiting (sku, queued_at, line) WHERE waiting > 0;
CREATE TABLE pools (sku TEXT PRIMARY KEY, on_hand BIGINT, allocated BIGINT,
    waiting BIGINT);
CREATE TABLE touched (name TEXT PRIMARY KEY, position BIGINT);
CREATE TABLE commands (name TEXT PRIMARY KEY);
CREATE TABLE outbox (name TEXT PRIMARY KEY, body TEXT, sent BIGINT);
CREATE TABLE about (name TEXT PRIMARY KEY, number BIGINT);
INSERT INTO about VALUES ('position', 0)
"""
FILL = "SELECT line, order_ref, waiting FROM waiting WHERE sku = ? AND waiting > 0"


class HandwrittenShop:
    """Orders and receipts, each in one transaction."""

    def __init__(self, connection: Any) -> None:  # of either driver
        """Work on a connection that commits by itself unless told to begin."""
        self._connection = connection
        self._is_file = isinstance(connection, sqlite3.Connection)

    def create(self) -> None:
        """Make the tables."""
        for statement in TABLES.split(";"):
            self._connection.execute(statement)

    def place(self, key: str, order: Order) -> None:
        """Take an order: give what is free, let the rest wait."""
        self._begin()
        for line in order.lines:
            on_hand, allocated = self._pool(line.sku)
            given = min(on_hand - allocated, line.quantity)
            left = line.quantity - given
            at = order.placed_at.isoformat()
            self._do("INSERT INTO orders VALUES (?, ?, ?)", order.ref, "ada", at)
            self._do(
                "INSERT INTO lines VALUES (?, ?, ?, ?)",
                *(line.ref, order.ref, line.sku, line.quantity),
            )
            self._do(
                "INSERT INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(line.ref, line.sku, at, "ada", order.ref, left, given),
            )
            self._do(
                "UPDATE pools SET allocated = allocated + ?, waiting = waiting + ?"
                " WHERE sku = ?",
                *(given, left, line.sku),
            )
            facts = [("placed", line.ref, line.quantity)]
            facts += [("allocated", line.ref, given)] if given else []
            self._end(key, facts, (line.sku, order.ref, line.ref), [order.ref])

    def receive(self, key: str, receipt: Receipt) -> None:
        """Take a delivery: serve whoever waits longest."""
        self._begin()
        for line in receipt.lines:
            on_hand, allocated = self._pool(line.sku)
            free = on_hand + line.accepted - allocated
            facts = [("received", receipt.ref, line.accepted)]
            served, total = [], 0
            queue = self._do(f"{FILL} ORDER BY queued_at, line LIMIT 20", line.sku)
            for ref, order, wanted in queue.fetchall():
                given = min(free - total, wanted)
                if not given:
                    break
                total += given
                served.append(order)
                facts.append(("allocated", ref, given))
                self._do(
                    "UPDATE waiting SET waiting = waiting - ?,"
                    " allocated = allocated + ? WHERE line = ?",
                    *(given, given, ref),
                )
            self._do(
                "UPDATE pools SET on_hand = on_hand + ?, allocated = allocated + ?,"
                " waiting = waiting - ? WHERE sku = ?",
                *(line.accepted, total, total, line.sku),
            )
            self._end(key, facts, (line.sku, receipt.ref, *served), served)

    def _begin(self) -> None:
        """Begin a transaction."""
        self._connection.execute("BEGIN IMMEDIATE" if self._is_file else "BEGIN")

    def _pool(self, sku: str) -> Sequence[int]:
        """Lock a pool and return what is there and what is given."""
        self._do("INSERT INTO pools VALUES (?, 0, 0, 0) ON CONFLICT DO NOTHING", sku)
        lock = "" if self._is_file else " FOR UPDATE"
        asked = f"SELECT on_hand, allocated FROM pools WHERE sku = ?{lock}"  # noqa: S608 - no value in it
        found: Sequence[int] = self._do(asked, sku).fetchone()
        return found

    def _end(
        self,
        key: str,
        facts: Sequence[tuple[str, str, int]],
        touched: Sequence[str],
        told: Sequence[str],
    ) -> None:
        """Write down the facts, what they touched, the key and the notices; commit."""
        self._do("INSERT INTO commands VALUES (?)", key)
        advance = "UPDATE about SET number = number + ? RETURNING number"
        (position,) = self._do(advance, len(facts)).fetchone()
        for number, fact in enumerate(facts):
            at = position - len(facts) + number
            self._do("INSERT INTO events VALUES (?, ?)", at, json.dumps(fact))
        for name in sorted(set(touched)):
            self._do(
                "INSERT INTO touched VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
                *(name, position),
            )
        for order in told:
            name, body = f"{order}/{position}", json.dumps([order, key])
            self._do("INSERT INTO outbox VALUES (?, ?, 0)", name, body)
        self._connection.execute("COMMIT")

    def _do(self, statement: str, *values: object) -> Any:
        """Run one statement in the words of the driver."""
        if not self._is_file:
            statement = statement.replace("?", "%s")
        return self._connection.execute(statement, values)

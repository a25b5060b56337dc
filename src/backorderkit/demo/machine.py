"""A run for machines: one JSON object.

Counts are numbers, dates and times are ISO 8601, money is an amount and a currency.
Fractions are exact, as text: "25/7" days, "2/3" of the units.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from backorderkit import Money, Notice, OrderBook, PurchaseLine, PurchaseOrder
from backorderkit.demo.run import Figures, Run, Step
from backorderkit.kpis import Fill

FORMAT = "backorderkit run 1"

Data: TypeAlias = dict[str, Any]  # what json.dumps takes


def as_data(run: Run, figures: Figures) -> Data:
    """Return a run as JSON data.

    >>> from backorderkit.demo.run import figures_of
    >>> from backorderkit.demo.running import live
    >>> from backorderkit.demo.story import the_story
    >>> run = live(the_story())
    >>> as_data(run, figures_of(run))["days"][0]["on"]
    '2026-03-02'
    """
    scenario = run.scenario
    return {
        "format": FORMAT,
        "title": scenario.title,
        "policy": scenario.policy.name,
        "buying_every_days": scenario.buying_every_days,
        "suppliers_assumed_to_deliver_in_full": scenario.deliveries is None,
        "days": [
            {"on": day.on.isoformat(), "steps": [_step(step) for step in day.steps]}
            for day in run.days
        ],
        "waiting": _waiting(run.book),
        "purchases": [
            _purchase(run.book, order, line)
            for order in run.book.purchase_orders()
            for line in order.lines
        ],
        "stock": _stock(run.book),
        "figures": _figures(figures),
    }


def _step(step: Step) -> Data:
    return {
        "kind": step.kind.value,
        "about": step.about,
        "at": step.at.isoformat(),
        "says": step.plan.explain().splitlines(),
        "allocated": step.plan.allocated(),
        "became_shippable": list(step.plan.became_shippable),
        "left_backlog": list(step.plan.left_backlog),
        "notices": [_notice(notice) for notice in step.notices],
    }


def _notice(notice: Notice) -> Data:
    return {
        "kind": notice.kind.value,
        "customer": notice.customer,
        "order": notice.order,
        "reason": notice.reason,
        "key": notice.key,
        "lines": [
            {
                "line": line.line,
                "sku": line.sku,
                "quantity": line.quantity,
                "waiting": line.waiting,
                "dates": [
                    {"quantity": portion.quantity, "on": portion.on.isoformat()}
                    for portion in line.dates
                ],
                "moved_from": _iso(line.moved_from),
            }
            for line in notice.lines
        ],
    }


def _waiting(book: OrderBook) -> list[Data]:
    """Return the lines that still wait, as they were ordered."""
    return [
        {
            "line": line.ref,
            **_attributes(line, "order", "customer", "sku", "ordered", "waiting"),
            "placed_at": order.order.placed_at.isoformat(),
            "promised_on": _iso(line.promised_on),
        }
        for order in map(book.order, book.orders())
        if order.waiting
        for line in order.lines
        if line.waiting
    ]


def _purchase(book: OrderBook, order: PurchaseOrder, line: PurchaseLine) -> Data:
    """Return a purchase line: how it was sized, whom it is for, what came of it."""
    status, sizing = book.purchase_line(line.ref), line.sizing
    return {
        "purchase_line": line.ref,
        "purchase_order": order.ref,
        "supplier": order.supplier,
        "sku": line.sku,
        "location": order.destination,
        "ordered_at": order.ordered_at.isoformat(),
        "expected_on": _iso(status.expected_on),
        "unit_cost": _money(line.unit_cost),
        "need": sizing.need if sizing else line.quantity,
        "by_minimum": sizing.by_minimum if sizing else 0,
        "by_rounding": sizing.by_rounding if sizing else 0,
        "by_maximum": sizing.by_maximum if sizing else 0,
        **_attributes(
            status, "ordered", "open", "accepted", "rejected", "closed", "over"
        ),
        "for": [{"line": need.line, "quantity": need.quantity} for need in line.needs],
    }


def _stock(book: OrderBook) -> list[Data]:
    """Return the stock at the end."""
    figures = ("on_hand", "allocated", "free", "waiting", "incoming")
    return [
        {**pool._asdict(), **_attributes(book.pool(*pool), *figures)}
        for pool in book.pools()
    ]


def _figures(figures: Figures) -> Data:
    fill, delay, kept = figures.fill, figures.delay, figures.promises
    return {
        "filled_at_once": {
            "units": _fill(fill.units),
            "lines": _fill(fill.lines),
            "orders": _fill(fill.orders),
        },
        "delayed_units": {
            "units": delay.units,
            "mean_days": _exact(delay.mean),
            "median_days": _exact(delay.median),
            "90_percent_days": _exact(delay.ninetieth),
            "longest_days": _exact(delay.longest),
        },
        "promised_lines": _attributes(
            kept, "kept", "moved", "missed", "open", "withdrawn"
        ),
        "notices": {kind.value: number for kind, number in figures.notices},
        "backlog_by_age": [
            _attributes(band, "from_days", "to_days", "units", "lines")
            for band in figures.ages
        ],
        "prepaid_exposure": {
            "amounts": [_money(amount) for amount in figures.exposure.amounts],
            "unpriced_units": figures.exposure.unpriced,
        },
        "surplus": {
            "in_stock": dict(figures.surplus.in_stock),
            "on_order": dict(figures.surplus.on_order),
        },
        "purchase_orders": figures.purchase_orders,
        "receipts": figures.receipts,
        "parcels": figures.parcels,
    }


def _attributes(value: object, *names: str) -> Data:
    """Return some attributes of a value by name."""
    return {name: getattr(value, name) for name in names}


def _fill(fill: Fill) -> Data:
    return {"filled": fill.filled, "of": fill.of, "rate": _exact(fill.rate)}


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _money(money: Money | None) -> Mapping[str, str] | None:
    if money is None:
        return None
    return {"amount": str(money.amount), "currency": money.currency}


def _iso(on: Any) -> str | None:
    return None if on is None else str(on.isoformat())

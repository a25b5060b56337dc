"""A quote is no order yet: what nobody may do with it, and when it can become one.

It cannot ship, be picked, released or raised. An order takes it over, or it is accepted
as it is, before its time is over and while it holds anything.

>>> from backorderkit.model import Line
>>> from datetime import UTC
>>> now = datetime(2026, 3, 1, tzinfo=UTC)
>>> wish = Order("Q-1", "ada", now, [Line("Q-1/1", "LAMP", 5)])
>>> refuse_quote(OrderRecord(wish, "", {}, 0, quoted_until=now), "release")
Traceback (most recent call last):
    ...
backorderkit.errors.NotPossible: cannot release 1 of 'Q-1', only 0: \
accept the quote as an order first
"""

from datetime import datetime

from backorderkit.book import OrderRecord
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import Order


def refuse_quote(order: OrderRecord, verb: str) -> None:
    """Refuse to treat a quote as if it were an order already."""
    if order.quoted_until is not None:
        ref = order.order.ref
        raise NotPossible(
            verb, ref, asked=1, possible=0, remedy="accept the quote as an order first"
        )


def check_quote(quote: OrderRecord, at: datetime, remedy: str) -> None:
    """Refuse what is no quote, is over, or holds nothing any more."""
    ref = quote.order.ref
    if quote.quoted_until is None:
        raise InvalidValue("quote", ref, "name an order that is only quoted")
    if quote.quoted_until <= at:
        until = quote.quoted_until.isoformat()
        raise InvalidValue(f"end of quote {ref}", until, remedy)
    if not quote.expires:
        raise InvalidValue(f"units held by quote {ref}", 0, remedy)


def quote_for(at: datetime, quote: OrderRecord, order: Order) -> OrderRecord:
    """Return a quote that an order may take over, or refuse it with the reason."""
    check_quote(quote, at, "place the order without it")
    if quote.order.customer != order.customer:
        customer = quote.order.customer
        raise InvalidValue("customer of the order", order.customer, f"it is {customer}")
    return quote

"""What must hold of a book whatever happened, recounted from outside.

Each law reads a book through its public views, and the history through `recount`. None
asks the book to check itself and none calls a decision; law 5 asks the policy what it
would give, since only the policy may leave goods idle. A broken law raises
`BookLawBroken` with the figures that disagree.

    1 lines_add_up       ordered = waiting + allocated + shipped + cancelled
    2 stock_adds_up      on hand = received + returned ± counted ± moved − shipped
    3 purchases_add_up   ordered = open + accepted + closed
    4 pegs_fit           pegs + surplus = supply, pegs + uncovered = demand
    5 nothing_is_idle    no free unit beside a line that the policy would serve
    8 promises_only_grow what a customer was told is never rewritten
`history_is_told` holds every figure of the views against the recount of the events.
"""

from collections.abc import Iterable, Mapping, Sequence

from backorderkit.book import LineStatus, OrderBook, PortionStatus
from backorderkit.model import Backorder, Event, PromiseMade
from backorderkit.testing.book_laws.ledger import Ledger
from backorderkit.testing.book_laws.peg_laws import pegs_fit
from backorderkit.testing.book_laws.recounting import recount
from backorderkit.testing.failures import BookLawBroken, lines_of, same
from backorderkit.values import LineRef, Pool

__all__ = [
    "check_laws",
    "history_is_told",
    "lines_add_up",
    "nothing_is_idle",
    "promises_only_grow",
    "purchases_add_up",
    "stock_adds_up",
]


def check_laws(
    book: OrderBook,
    events: "Iterable[Event]",
    told: Mapping[LineRef, Sequence[PromiseMade]] | None = None,
) -> Ledger:
    """Hold a book against every law and its history; return the recount.

    `told` are the promises known from an earlier look, if there was one. O(n²).

    >>> from backorderkit import OrderBook, oldest_first
    >>> check_laws(OrderBook(oldest_first()), events=[]).pools
    {}
    """
    ledger = recount(events)
    lines_add_up(book)
    stock_adds_up(book)
    purchases_add_up(book)
    history_is_told(book, ledger)
    pegs_fit(book)
    nothing_is_idle(book, ledger)
    promises_only_grow(book, told or {})
    return ledger


def lines_add_up(book: OrderBook) -> None:
    """Law 1: every unit of a line is in exactly one place, and none is negative.

    >>> from backorderkit import OrderBook, oldest_first
    >>> lines_add_up(OrderBook(oldest_first()))
    """
    law = "lines_add_up"
    names = ("ordered", *_MOVES)
    for line in lines_of(book):
        parts: tuple[LineStatus | PortionStatus, ...] = (line, *line.portions)
        for part in parts:
            figures = {name: getattr(part, name) for name in names}
            ended = part.shipped + part.cancelled
            is_whole = part.ordered == part.waiting + part.allocated + ended
            if (
                min(figures.values()) < 0
                or part.frozen > part.allocated
                or not is_whole
            ):
                raise BookLawBroken(law, line.ref, **figures)
        for name in names:
            total = sum(getattr(portion, name) for portion in line.portions)
            same(law, line.ref, name, getattr(line, name), total)
        if not 0 <= line.returned <= line.shipped:
            raise BookLawBroken(
                law, line.ref, returned=line.returned, shipped=line.shipped
            )
    for order in map(book.order, book.orders()):
        for name in ("waiting", "allocated"):
            total = sum(getattr(line, name) for line in order.lines)
            same(law, order.order.ref, name, getattr(order, name), total)


def stock_adds_up(book: OrderBook) -> None:
    """Law 2: the stock ledger of a pool adds up, and nothing is given twice.

    >>> from backorderkit import OrderBook, oldest_first
    >>> stock_adds_up(OrderBook(oldest_first()))
    """
    law = "stock_adds_up"
    parts: dict[Pool, dict[str, int]] = {pool: {} for pool in book.pools()}
    for line in lines_of(book):
        for portion in line.portions:
            sums = parts.setdefault(Pool(line.sku, portion.location), {})
            for name in ("waiting", "allocated", "shipped"):
                sums[name] = sums.get(name, 0) + getattr(portion, name)
    for pool, sums in parts.items():
        stock, where = book.pool(*pool), " at ".join(pool)
        for name in ("waiting", "allocated", "shipped"):
            same(law, where, name, getattr(stock, name), sums.get(name, 0))
        came = stock.received + stock.returned + stock.counted + stock.transferred
        same(law, where, "on_hand", stock.on_hand, came - stock.shipped)
        if stock.allocated > stock.on_hand:
            raise BookLawBroken(
                law, where, given=stock.allocated, on_hand=stock.on_hand
            )


def purchases_add_up(book: OrderBook) -> None:
    """Law 3: every unit bought is open, accepted or closed; the pool expects the open.

    >>> from backorderkit import OrderBook, oldest_first
    >>> purchases_add_up(OrderBook(oldest_first()))
    """
    law = "purchases_add_up"
    incoming: dict[Pool, int] = {}
    ordered = {
        line.ref: line.quantity
        for order in book.purchase_orders()
        for line in order.lines
    }
    for bought in map(book.purchase_line, book.purchase_lines()):
        ref, parts = bought.ref, (bought.open, bought.accepted, bought.closed)
        others = (bought.over, bought.rejected, bought.open - bought.pinned)
        placed = ordered.get(ref, bought.ordered)
        same(law, ref, "ordered", bought.ordered, placed)
        same(law, ref, "ordered", bought.ordered, sum(parts))
        if min(*parts, *others) < 0:
            raise BookLawBroken(law, ref, parts=parts, apart=others)
        incoming[bought.pool] = incoming.get(bought.pool, 0) + bought.open
    for pool in {*book.pools(), *incoming}:
        kept = book.pool(*pool).incoming
        same(law, " at ".join(pool), "incoming", kept, incoming.get(pool, 0))


def history_is_told(book: OrderBook, ledger: Ledger) -> None:
    """Hold every figure of the views against the recount of the history.

    >>> from backorderkit import OrderBook, oldest_first
    >>> history_is_told(OrderBook(oldest_first()), Ledger())
    """
    law = "history_is_told"
    same(law, "book", "orders", set(book.orders()), set(ledger.orders))
    same(law, "book", "pools", set(book.pools()), set(ledger.pools))
    known = {order.ref: order for order in book.purchase_orders()}
    same(law, "book", "purchase orders", known, ledger.purchases)
    seen: set[tuple[LineRef, int]] = set()
    for ref, order in ((ref, book.order(ref)) for ref in book.orders()):
        same(law, ref, "hold", order.held, ledger.held[ref])
        same(law, ref, "priority", order.priority, ledger.priority[ref])
    for line in lines_of(book):
        for name in ("refused", "returned", "deliveries"):
            counted = getattr(ledger, name)[line.ref]
            same(law, line.ref, name, getattr(line, name), counted)
        later = line.ref in ledger.postponed
        same(law, line.ref, "postponed", line.is_postponed, later)
        made = ledger.promises.get(line.ref, ())
        same(law, line.ref, "promises", book.promises(line.ref), made)
        for portion in line.portions:
            one = (line.ref, portion.number)
            seen.add(one)
            place = Pool(line.sku, portion.location)
            same(law, line.ref, "place", place, ledger.place[one])
            for name in ("ordered", *_MOVES):
                counted = ledger.portions[one][name]
                same(law, line.ref, name, getattr(portion, name), counted)
    same(law, "book", "portions", seen, set(ledger.portions))
    for pool in book.pools():
        stock, figures = book.pool(*pool), ledger.stock(*pool)
        for name in _STOCK:
            same(law, " at ".join(pool), name, getattr(stock, name), figures[name])
    for bought, figures in ledger.purchase_lines.items():
        status = book.purchase_line(bought)
        same(law, bought, "pool", status.pool, ledger.destination[bought])
        same(law, bought, "date", status.expected_on, ledger.expected_on[bought])
        said = ledger.confirmed_on.get(bought)
        same(law, bought, "confirmed", status.confirmed_on, said)
        notices = sorted(ledger.announced.get(bought, {}).items())
        same(law, bought, "notices", status.notices, tuple(one for _, one in notices))
        kept = {(one.line, one.portion): one.quantity for one in status.kept}
        pins = {
            ref: n for (name, ref), n in ledger.pins.items() if n and name == bought
        }
        same(law, bought, "kept", kept, pins)
        for name in ("ordered", "open", "accepted", "closed", "over", "rejected"):
            same(law, bought, name, getattr(status, name), figures[name])


_MOVES = ("waiting", "allocated", "frozen", "shipped", "cancelled", "pinned")
# fmt: off
_STOCK = (
    "on_hand", "reserve", "received", "returned", "counted", "transferred", "shipped",
    "allocated", "waiting", "queued", "postponed", "pinned", "incoming",
)
# fmt: on


def nothing_is_idle(book: OrderBook, ledger: Ledger) -> None:
    """Law 5: no free unit lies beside a line that the policy would give it to.

    Lines that ship together count as single ones where the policy holds goods for
    them; else they are left out, and where they block, with everything behind them.

    >>> from backorderkit import OrderBook, oldest_first
    >>> nothing_is_idle(OrderBook(oldest_first()), Ledger())
    """
    together, waiting = book.policy.together, _waiting_lines(ledger)
    for pool in book.pools():
        free = book.pool(*pool).free
        offered: list[Backorder] = []
        for one in book.backorders(*pool) if free else ():
            group = ledger.group(one.line, together.every_order)
            if together.holds or not group:
                offered += [one] if ledger.is_due(one.line) else []
            elif together.blocks and all(map(ledger.is_due, waiting & {*group})):
                break
        awards = list(book.policy.share(free, offered))
        if awards:
            first, where = awards[0], " at ".join(pool)
            raise BookLawBroken(
                "nothing_is_idle",
                where,
                free=free,
                line=first.backorder.line,
                would_get=first.quantity,
            )


def _waiting_lines(ledger: Ledger) -> set[LineRef]:
    """Return the lines that wait for more than what is pinned to them."""
    loose = {
        ref: one["waiting"] - one["pinned"] for ref, one in ledger.portions.items()
    }
    return {line for (line, _), units in loose.items() if units}


def promises_only_grow(
    book: OrderBook, told: Mapping[LineRef, Sequence[PromiseMade]]
) -> None:
    """Law 8: promises seen in an earlier look are still there, in order, at the front.

    >>> from backorderkit import OrderBook, oldest_first
    >>> promises_only_grow(OrderBook(oldest_first()), {})
    """
    for line, earlier in told.items():
        now = book.promises(line)[: len(earlier)]
        same("promises_only_grow", line, "promises", now, tuple(earlier))

"""What the library promises of any book, held against models that know none of it.

The models sort plain lists and enumerate small worlds. They share no code with what
they judge. The last part plants bugs and shows that each is noticed.
"""

from datetime import timedelta
from itertools import permutations, product

import attrs
import pytest
from hypothesis import Phase, given, settings, strategies as st
from hypothesis.stateful import run_state_machine_as_test

from backorderkit import (
    BackorderError,
    Line,
    MemoryRepository,
    Order,
    OrderBook,
    Receipt,
    ReceiptLine,
    by_priority,
    oldest_first,
    plan_cancellation,
    plan_count,
    plan_hold,
    plan_order,
    plan_receipt,
    plan_release_hold,
    smallest_first,
)
from backorderkit.book.fold import supply
from backorderkit.deciding import Draft, receiving
from backorderkit.errors import InvariantBroken
from backorderkit.model import Allocated, PromiseMade
from backorderkit.policies import Filling, QueueDiscipline, Ranking
from backorderkit.testing import (
    BookLawBroken,
    Counterexample,
    LawBroken,
    NotifierLawBroken,
    PolicyLawBroken,
    RepositoryLawBroken,
)
from backorderkit.testing.book_laws import (
    WatchedBook,
    book_machine,
    check_laws,
    look,
    recount,
)
from backorderkit.testing.strategies import MONDAY, backlogs, books, histories, orders
from tests.planting import (
    forget_cancelled_units,
    keep_the_last_promise_only,
    leave_cancelled_units,
    undo_nothing,
)
from tests.searching import examples

WHOLE, PASSING = Filling.WHOLE_LINE, QueueDiscipline.SKIP
MODES = [
    (filling, queue)
    for filling in Filling
    for queue in QueueDiscipline
    if filling is WHOLE or queue is QueueDiscipline.STRICT
]
RANKINGS = [oldest_first, by_priority, smallest_first]


def an_order(ref, units, hours=0, sku="LAMP", priority=0):
    at = MONDAY + timedelta(hours=hours)
    line = Line(f"{ref}/1", sku, units)
    return Order(ref, "ada", at, [line], priority=priority)


def a_receipt(ref, units, sku="LAMP"):
    return Receipt(ref, MONDAY + timedelta(days=1), [ReceiptLine(sku, units)])


def carry(book, decision, *args, **kwargs):
    plan = decision(book, *args, **kwargs)
    book.apply(plan)
    return plan


def figures(book):
    """Every unit of every line, whatever the order of orders and lines was."""
    lines = [line for ref in book.orders() for line in book.order(ref).lines]
    return {
        line.ref: (line.ordered, line.waiting, line.allocated, line.cancelled)
        for line in lines
    }


def stock(book):
    return {pool: book.pool(*pool) for pool in book.pools()}


def queues(book):
    return {
        pool: [(one.line, one.quantity) for one in book.backorders(*pool)]
        for pool in book.pools()
    }


# A naive model: a list that is sorted each time


@attrs.define
class Waiting:
    """One line of the model."""

    ref: str
    hours: int
    priority: int
    waiting: int
    allocated: int = 0
    held: bool = False


class Shelf:
    """One SKU on one shelf, filled by sorting a list."""

    def __init__(self, maker, filling, queue):
        self.maker, self.filling, self.queue = maker, filling, queue
        self.on_hand, self.lines = 0, []

    @property
    def free(self):
        return self.on_hand - sum(one.allocated for one in self.lines)

    def key(self, one):
        first = {by_priority: one.priority, smallest_first: one.waiting}
        return (first.get(self.maker, 0), one.hours, one.ref)

    def fill(self):
        for one in sorted(self.lines, key=self.key):
            if one.held or not one.waiting:
                continue
            units = one.waiting if one.waiting <= self.free else self.free
            if units < one.waiting and self.filling is WHOLE:
                if self.queue is PASSING:
                    continue
                return
            one.waiting -= units
            one.allocated += units

    def count(self, units):
        short = sum(one.allocated for one in self.lines) - units
        for one in sorted(self.lines, key=self.key, reverse=True):
            back = min(one.allocated, max(short, 0))
            one.allocated, one.waiting = one.allocated - back, one.waiting + back
            short -= back
        self.on_hand = units
        self.fill()

    def cancel(self, one, units):
        from_queue = min(units, one.waiting)
        one.waiting -= from_queue
        one.allocated -= units - from_queue
        self.fill()


@st.composite
def commands(draw):
    """Draw what happens to one shelf: (what, which, how many, when, how urgent)."""
    kinds = st.sampled_from(["place", "place", "receive", "cancel", "hold", "count"])
    small, few = st.integers(0, 9), st.integers(1, 6)
    times, urgency = st.integers(0, 3), st.integers(0, 2)
    one = st.tuples(kinds, small, few, times, urgency)
    return draw(st.lists(one, max_size=14))


@pytest.mark.parametrize("maker", RANKINGS, ids=lambda maker: maker.__name__)
@pytest.mark.parametrize(("filling", "queue"), MODES)
@examples(60)
@given(happening=commands())
def test_the_book_fills_like_a_list_that_is_sorted_each_time(
    maker, filling, queue, happening
):
    book = OrderBook(maker(filling=filling, queue=queue))
    shelf = Shelf(maker, filling, queue)
    for number, command in enumerate(happening):
        _both(book, shelf, number, *command)
        told = {ref: (two, three) for ref, (_, two, three, _) in figures(book).items()}
        assert told == {
            f"{one.ref}/1": (one.waiting, one.allocated) for one in shelf.lines
        }
        assert book.pool("LAMP").free == shelf.free


def _both(book, shelf, number, what, which, units, hours, priority):
    """Let one thing happen in the book and in the model."""
    one = shelf.lines[which % len(shelf.lines)] if shelf.lines else None
    if what == "place":
        order = an_order(f"B{number}", units, hours, priority=priority)
        carry(book, plan_order, order)
        shelf.lines.append(Waiting(order.ref, hours, priority, units))
        shelf.fill()
    elif what == "receive":
        carry(book, plan_receipt, a_receipt(f"R{number}", units))
        shelf.on_hand += units
        shelf.fill()
    elif what == "count":
        carry(book, plan_count, "LAMP", which, at=MONDAY)
        shelf.count(which)
    elif what == "cancel" and one and one.waiting + one.allocated:
        units = min(units, one.waiting + one.allocated)
        carry(book, plan_cancellation, one.ref, {f"{one.ref}/1": units}, at=MONDAY)
        shelf.cancel(one, units)
    elif what == "hold" and one:
        if one.held:
            carry(book, plan_release_hold, one.ref, at=MONDAY)
        else:
            carry(book, plan_hold, one.ref, reason="unpaid", at=MONDAY)
        one.held = not one.held
        shelf.fill()


# Every small world


def _best(free, wanted):
    """Return the awards that give the first as much as can be, then the second, …"""
    worlds = product(*(range(units + 1) for units in wanted))
    return max(world for world in worlds if sum(world) <= free)


def _partitions(total):
    """Yield every way to receive up to so many units in some order of deliveries."""
    yield ()
    for first in range(1, total + 1):
        for rest in _partitions(total - first):
            yield (first, *rest)


def _small_worlds(most, received):
    """Yield units by age, the order in which they are placed, and the deliveries."""
    for count in range(1, 4):
        for wanted in product(range(1, most + 1), repeat=count):
            for placed in permutations(range(count)):
                for parts in _partitions(received):
                    yield wanted, placed, parts


def _live(wanted, placed, parts, early):
    """Play one world; return what the book gives by age, and what the model gives."""
    book, free = OrderBook(oldest_first()), 0
    open_units, given_units = [0] * len(wanted), [0] * len(wanted)

    def settle(units):
        nonlocal free
        free += units
        for age, award in enumerate(_best(free, open_units)):
            open_units[age] -= award
            given_units[age] += award
            free -= award

    for number, units in enumerate(parts[:early]):
        carry(book, plan_receipt, a_receipt(f"R{number}", units))
        settle(units)
    for age in placed:
        carry(book, plan_order, an_order(f"B{age}", wanted[age], hours=age))
        open_units[age] = wanted[age]
        settle(0)
    for number, units in enumerate(parts[early:], early):
        carry(book, plan_receipt, a_receipt(f"R{number}", units))
        settle(units)
    lines = [book.line(f"B{age}/1") for age in range(len(wanted))]
    return [line.allocated for line in lines], given_units, book.pool("LAMP").free, free


@pytest.mark.parametrize(
    ("most", "received", "many"),
    [(3, 4, 3_500), pytest.param(4, 8, 100_000, marks=pytest.mark.slow)],
)
def test_in_every_small_world_the_oldest_get_the_most_that_is_possible(
    most, received, many
):
    worlds = 0
    for wanted, placed, parts in _small_worlds(most, received):
        for early in {0, len(parts) // 2} if placed[0] == 0 else {0}:
            got, best, left, free = _live(wanted, placed, parts, early)
            assert (got, left) == (best, free), (wanted, placed, parts, early)
            worlds += 1
    assert worlds > many, worlds


# Laws that compare two histories


@given(events=histories(by_priority()))
def test_a_replayed_history_gives_the_same_book(events):
    book = OrderBook.replay(events, by_priority())
    parts = OrderBook(by_priority())
    for event in events:
        parts.follow([event])
    assert book == parts
    assert book.version == parts.version == len(events)
    check_laws(book, events)


@given(events=histories(oldest_first()))
def test_another_policy_tells_the_same_quantities_of_the_same_history(events):
    one = OrderBook.replay(events, oldest_first())
    other = OrderBook.replay(events, smallest_first())
    assert figures(one) == figures(other)
    assert stock(one) == stock(other)


@given(order=orders(most_lines=4), shelf=st.integers(0, 9), data=st.data())
def test_the_order_of_lines_in_an_order_decides_nothing(order, shelf, data):
    shuffled = attrs.evolve(order, lines=data.draw(st.permutations(order.lines)))
    outcomes = []
    for one in (order, shuffled):
        book = OrderBook(oldest_first())
        for sku in ("LAMP", "CHAIR"):
            carry(book, plan_count, sku, shelf, at=MONDAY)
        carry(book, plan_order, one)
        outcomes.append((figures(book), stock(book), queues(book)))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("maker", RANKINGS, ids=lambda maker: maker.__name__)
@given(backlog=backlogs(), units=st.integers(1, 12), data=st.data())
def test_the_order_in_which_equally_old_orders_come_in_decides_nothing(
    maker, backlog, units, data
):
    outcomes = []
    for waiting in (backlog, data.draw(st.permutations(backlog))):
        book = OrderBook(maker())
        for order in waiting:
            carry(book, plan_order, order)
        carry(book, plan_receipt, a_receipt("R1", units))
        outcomes.append((figures(book), stock(book), queues(book)))
    assert outcomes[0] == outcomes[1]


@given(book=books(oldest_first()), lamps=st.integers(1, 9), chairs=st.integers(1, 9))
def test_the_order_of_the_lines_of_a_delivery_decides_nothing(book, lamps, chairs):
    lines = [ReceiptLine("LAMP", lamps), ReceiptLine("CHAIR", chairs)]
    plans = [
        plan_receipt(book, Receipt("R-last", MONDAY, arranged))
        for arranged in (lines, lines[::-1])
    ]
    assert plans[0].events[1:] == plans[1].events[1:]
    assert plans[0].became_shippable == plans[1].became_shippable


@given(backlog=backlogs(), parts=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_a_delivery_in_parts_gives_what_it_gives_as_a_whole(backlog, parts):
    whole, cut = OrderBook(oldest_first()), OrderBook(oldest_first())
    for order in backlog:
        carry(whole, plan_order, order)
        carry(cut, plan_order, order)
    carry(whole, plan_receipt, a_receipt("R1", sum(parts)))
    for number, units in enumerate(parts):
        carry(cut, plan_receipt, a_receipt(f"R{number}", units))
    assert figures(whole) == figures(cut)
    assert stock(whole) == stock(cut)


@given(book=books(oldest_first()), order=orders("B99"))
def test_a_cancelled_order_leaves_everybody_else_as_they_were(book, order):
    late = attrs.evolve(order, placed_at=MONDAY + timedelta(days=9))
    before, shelves = figures(book), stock(book)
    carry(book, plan_order, late)
    carry(book, plan_cancellation, "B99", at=late.placed_at)
    after = {ref: one for ref, one in figures(book).items() if ref in before}
    assert after == before
    left = {pool: one for pool, one in stock(book).items() if pool in shelves}
    assert left == shelves


@given(
    lamps=backlogs(sku="LAMP"),
    chairs=backlogs(sku="CHAIR"),
    units=st.integers(1, 9),
    first=st.booleans(),
)
def test_what_happens_to_one_sku_does_not_touch_another(lamps, chairs, units, first):
    alone, shared = OrderBook(oldest_first()), OrderBook(oldest_first())
    others = [
        attrs.evolve(
            order, ref=f"X{order.ref}", lines=[Line(f"X{order.ref}/1", "CHAIR", 2)]
        )
        for order in chairs
    ]
    for order in lamps:
        carry(alone, plan_order, order)
    for order in (*others, *lamps) if first else (*lamps, *others):
        carry(shared, plan_order, order)
    carry(shared, plan_receipt, a_receipt("R0", 5, "CHAIR"))
    for book in (alone, shared):
        carry(book, plan_receipt, a_receipt("R1", units))
    ours = {ref: one for ref, one in figures(shared).items() if ref in figures(alone)}
    assert ours == figures(alone)
    assert shared.pool("LAMP") == alone.pool("LAMP")


@pytest.mark.parametrize("maker", RANKINGS, ids=lambda maker: maker.__name__)
@pytest.mark.parametrize(("filling", "queue"), MODES)
@examples(40)
@given(backlog=backlogs(), units=st.integers(1, 12))
def test_with_more_goods_the_head_of_the_queue_is_never_worse_off(
    maker, filling, queue, backlog, units
):
    book = OrderBook(maker(filling=filling, queue=queue))
    for order in backlog:
        carry(book, plan_order, order)
    less = plan_receipt(book, a_receipt("R1", units)).allocated()
    more = plan_receipt(book, a_receipt("R1", units + 1)).allocated()
    head = next(book.backorders("LAMP")).line
    assert more.get(head, 0) >= less.get(head, 0)
    if queue is QueueDiscipline.STRICT:  # then it holds for everybody
        assert all(more.get(line, 0) >= got for line, got in less.items())


# The laws themselves: each accepts what is right and names what is wrong


def a_day():
    """Return a book under watch in which a little of everything happened."""
    watched = WatchedBook(oldest_first(), MemoryRepository)
    do = watched.carry_out
    do(plan_count, "LAMP", 3, at=MONDAY)
    do(plan_order, an_order("B1", 5))
    do(plan_order, an_order("B2", 2, hours=1))
    do(plan_receipt, a_receipt("R1", 1))
    do(plan_cancellation, "B1", {"B1/1": 2}, at=MONDAY)
    watched.close()
    return watched


def test_a_day_without_a_fault_passes_every_law():
    watched = a_day()
    ledger = check_laws(watched.book, watched.events)
    assert ledger.portions["B1/1", 0] == {
        "ordered": 5,
        "waiting": 0,
        "allocated": 3,
        "cancelled": 2,
    }
    assert ledger.stock("LAMP", "main")["on_hand"] == 4


@pytest.mark.parametrize(
    ("field", "value", "law"),
    [
        ("cancelled", 1, "lines_add_up"),
        ("allocated", -1, "lines_add_up"),
        ("frozen", 4, "lines_add_up"),
        ("shipped", 1, "lines_add_up"),
    ],
)
def test_a_wrong_figure_of_a_portion_is_named(field, value, law):
    watched = a_day()
    setattr(watched.book.state.lines["B1/1"].portions[0], field, value)
    with pytest.raises(LawBroken, match=law) as broken:
        check_laws(watched.book, watched.events)
    assert broken.value.law == law


@pytest.mark.parametrize(
    ("field", "law"),
    [
        ("on_hand", "stock_adds_up"),
        ("allocated", "stock_adds_up"),
        ("received", "stock_adds_up"),
        ("waiting", "stock_adds_up"),
        ("incoming", "purchases_add_up"),
        ("reserve", "history_is_told"),
        ("queued", "history_is_told"),
    ],
)
def test_a_wrong_figure_of_a_pool_is_named(field, law):
    watched = a_day()
    pool = next(iter(watched.book.state.pools.values()))
    setattr(pool, field, getattr(pool, field) + 1)
    with pytest.raises(LawBroken, match=law):
        check_laws(watched.book, watched.events)


def test_a_history_that_lacks_an_event_is_noticed():
    watched = a_day()
    with pytest.raises(LawBroken, match="history_is_told"):
        check_laws(watched.book, watched.events[:-1])


def test_goods_beside_a_waiting_line_are_noticed():
    book = OrderBook(oldest_first())
    plans = [
        plan_order(book, an_order("B1", 5)),
        plan_count(book, "LAMP", 3, at=MONDAY),
    ]
    events = [event for plan in plans for event in plan.events]
    book.follow(events)
    with pytest.raises(LawBroken, match=r"nothing_is_idle, LAMP at main: free 3"):
        check_laws(book, events)


def test_a_promise_that_was_rewritten_is_noticed():
    watched = a_day()
    told = {"B2/1": (PromiseMade("B2/1", (), "order placed", MONDAY),)}
    with pytest.raises(LawBroken, match="promises_only_grow"):
        check_laws(watched.book, watched.events, told)


def test_a_recount_asks_nobody():
    events = [*a_day().events, Allocated("B2/1", 0, 1, wanted=1, at=MONDAY)]
    assert recount(events).portions["B2/1", 0]["waiting"] == 0


def test_a_look_stays_when_the_book_moves_on():
    watched = a_day()
    before = look(watched.book)
    watched.carry_out(plan_count, "LAMP", 9, at=MONDAY)
    assert before != look(watched.book)
    assert before.pools["LAMP", "main"].on_hand == 4


# Planted bugs


def fill_by_the_size_of_the_change(monkeypatch):
    """What was free before, or freed in another way, is not offered again."""
    draft_supply = Draft._supply

    def noted(self, pool, units):
        draft_supply(self, pool, units)
        changes = self.__dict__.setdefault("changed_by", {})
        changes[pool] = changes.get(pool, 0) + units

    def free(self, pool):
        changes = self.__dict__.setdefault("changed_by", {})
        return max(min(self.unreserved(pool), changes.get(pool, 0)), 0)

    monkeypatch.setattr(Draft, "_supply", noted)
    monkeypatch.setattr(Draft, "free", free)


def take_the_same_fact_twice(monkeypatch):
    for module in (supply,):
        monkeypatch.setattr(module, "once", lambda *_: None)


def ignore_the_version(monkeypatch):
    monkeypatch.setattr(OrderBook, "apply", lambda book, plan: book.follow(plan.events))


def count_over_delivery_as_accepted(monkeypatch):
    settle = supply._settle

    def greedy(state, purchase, accepted=0, closed=0):
        settle(state, purchase, accepted + purchase.open, closed - purchase.open)

    monkeypatch.setattr(supply, "_settle", greedy)


def leave_kept_goods_to_the_queue(monkeypatch):
    monkeypatch.setattr(receiving, "serve_pinned", lambda draft, ref, units: units)


def give_one_unit_too_few(monkeypatch):
    share = Ranking.share

    def stingy(self, available, backorders):
        for award in share(self, available, backorders):
            if award.quantity > 1:
                yield award._replace(quantity=award.quantity - 1)

    monkeypatch.setattr(Ranking, "share", stingy)


def serve_the_last_first(monkeypatch):
    share = Ranking.share
    monkeypatch.setattr(
        Ranking,
        "share",
        lambda self, available, queue: share(self, available, [*queue][::-1]),
    )


# A bug in the policy itself is no breach of the book's laws: the models notice it.
BUGS_IN_THE_BOOK = [
    forget_cancelled_units,
    fill_by_the_size_of_the_change,
    leave_cancelled_units,
    take_the_same_fact_twice,
    undo_nothing,
    ignore_the_version,
    keep_the_last_promise_only,
    count_over_delivery_as_accepted,
    leave_kept_goods_to_the_queue,
]
BUGS_IN_THE_POLICY = [give_one_unit_too_few, serve_the_last_first]


@pytest.mark.slow
@pytest.mark.parametrize("plant", BUGS_IN_THE_BOOK, ids=lambda plant: plant.__name__)
def test_the_machine_notices_a_planted_bug_without_the_book_checking_itself(
    plant, monkeypatch
):
    plant(monkeypatch)
    monkeypatch.setattr(OrderBook, "check_invariants", lambda book: None)
    quick = settings(
        max_examples=60,
        stateful_step_count=30,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises((LawBroken, BackorderError, KeyError)):
        run_state_machine_as_test(book_machine(oldest_first()), settings=quick)


@pytest.mark.parametrize("plant", BUGS_IN_THE_POLICY, ids=lambda plant: plant.__name__)
def test_the_models_notice_a_planted_bug_of_a_policy(plant, monkeypatch):
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        test_in_every_small_world_the_oldest_get_the_most_that_is_possible(3, 4, 0)


def test_the_book_notices_a_wrong_sum_of_its_own():
    book = a_day().book
    book.state.pools["LAMP", "main"].waiting += 1
    with pytest.raises(InvariantBroken, match="waiting is 2, a recount gives 1"):
        book.check_invariants()


def test_every_broken_law_has_one_root_and_names_its_law():
    found = Counterexample("no_idle_stock", 1, (2,), "awards (0,)")
    broken = [
        BookLawBroken("stock_adds_up", "LAMP at main", on_hand=3),
        PolicyLawBroken("whole lines", found),
        RepositoryLawBroken("a_stale_token_is_refused", "Conflict", "token 2"),
        NotifierLawBroken("odd_texts_arrive", "keys: ('a',)", "()"),
    ]
    assert all(isinstance(law, LawBroken) for law in broken)
    assert [law.law for law in broken] == [
        "stock_adds_up",
        "no_idle_stock",
        "a_stale_token_is_refused",
        "odd_texts_arrive",
    ]
    assert not isinstance(broken[3], RepositoryLawBroken)

"""Parts of a stored book: decided as on the whole, and no more read than is needed."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import create_engine, select

from backorderkit import (
    BackorderError,
    Line,
    MemoryRepository,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    by_priority,
    earliest_promise_first,
    oldest_first,
    plan_count,
    plan_order,
    plan_purchase_order,
    plan_receipt,
    plan_return,
    plan_shipment,
    queue_position,
    smallest_first,
)
from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from backorderkit.adapters.sql.reading import Reader
from backorderkit.adapters.sql.sort_keys import written
from backorderkit.adapters.sql.unit_of_work import Unit
from backorderkit.adapters.sql.writing import RankingChanged, Writer
from backorderkit.errors import Conflict, InvalidValue, NotLoaded, UnknownReference
from backorderkit.model import PurchaseNeed, ShipTogether
from backorderkit.policies import peg_first, ranked_by, whole_line
from backorderkit.storage import RequestDesk, Scope, Token
from backorderkit.testing.book_laws import book_machine
from backorderkit.testing.strategies import SKUS
from backorderkit.values import Pool
from tests.searching import examples
from tests.shop import NOON
from tests.workload import commands

POLICIES = {
    "oldest-first": oldest_first(),
    "blocking": by_priority(together=ShipTogether.BLOCK),
    "skipping": earliest_promise_first(together=ShipTogether.SKIP),
    "smallest": smallest_first(),
}


def emptied(repository):
    """Return the repository with nothing in it."""
    with repository.engine.begin() as connection:
        for table in repository.tables.all:
            connection.execute(table.delete())
    repository.create_schema()
    return repository


def answer(decide):
    """Return what a decision says, or how it refuses."""
    try:
        plan = decide()
    except BackorderError as error:
        return type(error).__name__
    return plan.events, plan.became_shippable, plan.left_backlog


def searched(policy, repository, skus):
    """Decide every command on parts too, and hold the answers against the whole."""
    machine = book_machine(policy)

    class Partly(machine):
        """A shop whose commands are also carried out by a desk that loads parts."""

        def __init__(self):
            super().__init__()
            emptied(repository)

        def do(self, decision, *args, **kwargs):
            desk = RequestDesk(repository, policy, skus)
            expected = answer(lambda: decision(self.book, *args, **kwargs))
            found = answer(lambda: desk.carry_out(decision, *args, **kwargs))
            assert found == expected
            self.watched.carry_out(decision, *args, **kwargs)
            assert repository.history(Token(0))[0] == tuple(self.watched.events)

    run_state_machine_as_test(Partly, settings=examples(12, stateful_step_count=25))
    return machine.seen


@pytest.fixture
def stored(tmp_path):
    """Make a repository for a policy that reads one portion of each queue at first."""
    made = []

    def make(policy, head=1):
        engine = sqlite_engine(tmp_path / "shop.db")
        made.append(engine)
        repository = SqlRepository(engine, policy=policy, head=head)
        repository.create_schema()
        return repository

    yield make
    for engine in made:
        assert engine.pool.checkedout() == 0
        engine.dispose()


@pytest.mark.parametrize("name", POLICIES)
def test_a_decision_on_the_heads_of_queues_is_that_on_the_whole(stored, name):
    policy = POLICIES[name]
    seen = searched(policy, stored(policy), SKUS)
    assert seen["OrderPlaced"] > 5


def rows_after_commands(path):
    """Return every row of a store after a shop's day, and the plans that were saved."""
    repository, saved = SqlRepository(sqlite_engine(path), policy=oldest_first()), 0
    repository.create_schema()
    for command in commands(0, 80):
        desk = RequestDesk(repository, oldest_first(), command.skus)
        with suppress(BackorderError):
            plan = desk.carry_out_once(command.key, command.decide)
            saved += not plan.is_empty
    with repository.engine.connect() as connection:
        rows = {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in repository.tables.all
        }
    repository.engine.dispose()
    return rows, saved


def test_a_save_in_a_unit_writes_what_a_book_restored_from_the_rows_would(
    tmp_path, monkeypatch
):
    restored, restore = [], Writer._book
    noted = lambda *given: restored.append(1) or restore(*given)  # noqa: E731
    monkeypatch.setattr(Writer, "_book", noted)
    rows, saved = rows_after_commands(tmp_path / "reused.db")
    assert len(restored) < saved / 3  # where a desk has loaded the whole book
    restored.clear()
    monkeypatch.setattr(Unit, "_planned_on", lambda *_: None)
    assert rows_after_commands(tmp_path / "restored.db") == (rows, saved)
    assert len(restored) == saved


@pytest.mark.slow
@pytest.mark.parametrize("name", POLICIES)
def test_a_decision_that_was_told_no_sku_finds_out_what_it_needs(stored, name):
    policy = POLICIES[name]
    seen = searched(policy, stored(policy), [])
    assert seen["OrderPlaced"] > 5


# Units of work


def save_in_company(repository, decisions, monkeypatch):
    """Let others save between the statements of the next loads, one each time."""
    plain, left = Reader.by, list(decisions)
    other = RequestDesk(SqlRepository(repository.engine), oldest_first(), ["CHAIR"])

    def by(self, *arguments):
        if left and arguments[0] is self.statements.backorders:
            (decision, *about), rest = left[0], left[1:]
            left.clear()  # the others are in company of nobody
            other.carry_out(decision, *about)
            left.extend(rest)
        return plain(self, *arguments)

    monkeypatch.setattr(Reader, "by", by)


@pytest.fixture
def side_by_side(postgres_url):
    """A repository in which one order waits for lamps and for many chairs."""
    repository = SqlRepository(create_engine(postgres_url))
    repository.create_schema()
    lines = [Line("both/1", "LAMP", 2), Line("both/2", "CHAIR", 99)]
    desk = RequestDesk(repository, oldest_first())
    desk.carry_out(plan_order, Order("both", "ada", NOON, lines))
    yield repository
    repository.engine.dispose()


def test_a_unit_shows_one_moment_while_others_change_other_pools(
    side_by_side, monkeypatch
):
    repository = side_by_side
    two = [(plan_receipt, delivered(f"R-{n}", 1, "CHAIR")) for n in range(2)]
    save_in_company(repository, two, monkeypatch)
    with repository.begin(["LAMP"]) as unit:
        book, token = unit.load(oldest_first(), ["LAMP"])
    history = repository.history(Token(0))[0]
    then = OrderBook.replay(history[:token], oldest_first())
    assert token == len(history) == 5
    assert book.order("both") == then.order("both")
    assert book.line("both/2").allocated == 2


def test_a_unit_that_is_disturbed_again_and_again_gives_up(side_by_side, monkeypatch):
    repository = side_by_side
    many = [(plan_receipt, delivered(f"R-{n}", 1, "CHAIR")) for n in range(50)]
    save_in_company(repository, many, monkeypatch)
    with pytest.raises(Conflict), repository.begin(["LAMP"]) as unit:
        unit.load(oldest_first(), ["LAMP"])


# What is read


def orders(first, last, sku="LAMP", units=2):
    return [
        Order(
            f"{sku}-{n:06}",
            "ada",
            NOON + timedelta(minutes=n),
            [Line(f"{sku}-{n:06}/1", sku, units)],
        )
        for n in range(first, last)
    ]


def fill(repository, policy, placed):
    """Store many orders in one batch."""
    book, token = repository.load(policy)
    events = []
    for one in placed:
        plan = plan_order(book, one)
        book.apply(plan)
        events += plan.events
    repository.save(events, [], token)


@pytest.fixture
def reads(monkeypatch):
    """Every row that is read, as a list to clear."""
    found = []
    plain = Reader.rows

    def rows(self, *arguments):
        rows = plain(self, *arguments)
        found.extend(rows)
        return rows

    monkeypatch.setattr(Reader, "rows", rows)
    return found


def delivered(ref, units, sku="LAMP", **details):
    return Receipt(ref, NOON, [ReceiptLine(sku, units, **details)])


def read_for(repository, policy, waiting, reads, command):
    """Return how many rows a command reads beside so many waiting rows."""
    fill(emptied(repository), policy, orders(0, waiting))
    desk = RequestDesk(repository, policy, ["LAMP"])
    reads.clear()
    plan = desk.carry_out(*command)
    assert not plan.is_empty
    return len(reads)


LATE = Order("new", "bob", NOON + timedelta(days=90), [Line("new/1", "LAMP", 1)])
URGENT = Order("new", "bob", NOON, [Line("new/1", "LAMP", 1)], priority=-1)
COMMANDS = {
    "a receipt of ten lines": (plan_receipt, delivered("R-1", 20)),
    "an order behind all others": (plan_order, LATE),
    "an order before all others": (plan_order, URGENT),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_reads_as_much_beside_a_long_queue(sql_engine, reads, name):
    policy = by_priority()
    repository = SqlRepository(sql_engine, policy=policy)
    repository.create_schema()
    few, many = (
        read_for(repository, policy, waiting, reads, COMMANDS[name])
        for waiting in (1_000, 10_000)
    )
    assert many == few
    assert few < 400


def test_a_command_on_one_sku_reads_no_row_of_another(stored, reads):
    policy = oldest_first()
    repository = stored(policy, head=20)
    fill(repository, policy, [*orders(0, 30), *orders(0, 30, "CHAIR")])
    chairs = PurchaseOrder("PO-1", "ACME", NOON, [PurchaseLine("PO-1/1", "CHAIR", 9)])
    RequestDesk(repository, policy, ["CHAIR"]).carry_out(plan_purchase_order, chairs)
    desk = RequestDesk(repository, policy, ["LAMP"])
    reads.clear()
    desk.carry_out(plan_receipt, delivered("R-1", 9))
    desk.carry_out(plan_order, LATE)
    desk.carry_out(plan_count, "LAMP", 3, at=NOON)
    assert len(reads) > 20
    assert not [row for row in reads if "CHAIR" in str(tuple(row))]


def test_who_stands_behind_a_long_queue_is_promised_the_right_day(stored):
    policy = oldest_first()
    repository = stored(policy, head=5)
    fill(repository, policy, orders(0, 100))
    early, late = NOON.date() + timedelta(days=1), NOON.date() + timedelta(days=9)
    lines = [
        PurchaseLine("PO-1/1", "LAMP", 200, expected_on=early),
        PurchaseLine("PO-1/2", "LAMP", 1, expected_on=late),
    ]
    desk = RequestDesk(repository, policy, ["LAMP"])
    desk.carry_out(plan_purchase_order, PurchaseOrder("PO-1", "ACME", NOON, lines))
    last = Order("new", "bob", NOON + timedelta(hours=9), LATE.lines)
    desk.carry_out(plan_order, last)
    book, _ = repository.load(policy)
    assert book.line("new/1").promised_on == late
    book.check_invariants()


# Asking a part for more than it holds


@pytest.fixture
def part(stored):
    """A part of a book: LAMP, two places of its queue, and an order with a CHAIR."""
    policy = oldest_first()
    repository = stored(policy, head=2)
    both = [Line("O-1/1", "LAMP", 2), Line("O-1/2", "CHAIR", 2)]
    placed = [Order("O-1", "ada", NOON, both), *orders(1, 9), *orders(1, 9, "CHAIR")]
    fill(repository, policy, placed)
    return repository.load(policy, ["LAMP"])[0]


def test_a_part_shows_every_figure_of_its_skus(part):
    pool = part.pool("LAMP")
    assert (pool.waiting, pool.queued) == (18, 18)
    assert part.line("O-1/2").waiting == 2
    assert part.state.pools[Pool("LAMP")].queue.total == 18
    assert part.state.pools[Pool("LAMP")].short == 18
    # Of another SKU in the same order the figures are there, too.
    assert part.pool("CHAIR").waiting == 18


def test_the_head_of_a_queue_is_read_as_far_as_it_is_known(part):
    queue = part.backorders("LAMP")
    assert [next(queue).line for _ in range(2)] == ["O-1/1", "LAMP-000001/1"]
    with pytest.raises(NotLoaded) as caught:
        next(queue)
    assert (caught.value.kind, caught.value.ref) == ("queue", "LAMP")


@pytest.mark.parametrize(
    ("ask", "kind", "ref"),
    [
        (lambda book: book.pool("TABLE"), "SKU", "TABLE"),
        (lambda book: Pool("TABLE") in book.state.pools, "SKU", "TABLE"),
        (lambda book: book.state.pools[Pool("TABLE")], "SKU", "TABLE"),
        (lambda book: book.state.skus.get("CHAIR"), "SKU", "CHAIR"),
        (lambda book: next(book.backorders("CHAIR")), "SKU", "CHAIR"),
        (lambda book: len(book.state.pools[Pool("LAMP")].queue), "queue", "LAMP"),
        (
            lambda book: [*reversed(book.state.pools[Pool("LAMP")].queue)],
            "queue",
            "LAMP",
        ),
        (lambda book: queue_position(book, "LAMP-000008/1"), "queue", "LAMP"),
        (lambda book: list(book.state.postponed), "calendar", "LAMP"),
        (lambda book: list(book.state.expiring), "calendar", "LAMP"),
        (lambda book: book.line("CHAIR-000003/1"), "line", "CHAIR-000003/1"),
        (lambda book: book.order("CHAIR-000003"), "order", "CHAIR-000003"),
        (lambda book: book.purchase_order("PO-9"), "purchase order", "PO-9"),
        (lambda book: book.purchase_line("PO-9/1"), "purchase line", "PO-9/1"),
        (lambda book: len(book.state.purchases), "book", "every purchase order"),
    ],
)
def test_what_a_part_does_not_hold_is_named(part, ask, kind, ref):
    with pytest.raises(NotLoaded) as caught:
        ask(part)
    assert (caught.value.kind, caught.value.ref) == (kind, ref)


def test_the_first_places_and_the_last_are_known(part):
    known, behind = queue_position(part, "O-1/1"), LATE.placed_at
    assert (known[0].units_ahead, known[0].portions_ahead) == (0, 0)
    queue = part.state.pools[Pool("LAMP")].queue
    assert queue.before((False, (behind,), "new/1", 0)) == 18
    # The last place is known, and that nobody else stands behind it.
    last = part.state.lines["LAMP-000008/1"].portions[0]
    with pytest.raises(NotLoaded):
        queue.before(last.key)
    assert queue.before((*last.key[:3], 1)) == 18


def test_who_holds_stock_is_withheld_where_not_all_are_there(stored):
    policy = oldest_first()
    repository = stored(policy, head=1)
    desk = RequestDesk(repository, policy, ["LAMP"])
    desk.carry_out(plan_count, "LAMP", 2, at=NOON)
    for one in orders(0, 2):
        desk.carry_out(plan_order, one)
    book, _ = repository.load(policy, ["LAMP"])
    holders = book.state.pools[Pool("LAMP")].holders
    for ask in (holders.__len__, holders.__iter__, holders.keys, holders.values):
        with pytest.raises(NotLoaded):
            ask()
    with pytest.raises(NotLoaded):
        holders.items()
    assert bool(holders)
    desk.carry_out(plan_count, "LAMP", 1, at=NOON)
    assert repository.load(policy)[0].pool("LAMP").allocated == 1


class Around:
    """A host's wrapper, which passes on whether pegs come first."""

    def __init__(self, policy):
        self.policy, self.name, self.together = policy, "around", policy.together

    def rank(self, waiting_line):
        return self.policy.rank(waiting_line)

    def share(self, units, waiting_lines):
        return self.policy.share(units, waiting_lines)


@pytest.mark.parametrize("wrap", [whole_line, Around])
def test_a_part_holds_the_lines_that_a_delivery_was_bought_for(stored, wrap):
    policy = wrap(peg_first(oldest_first()))
    repository = stored(policy, head=1)
    desk = RequestDesk(repository, policy, ["LAMP"])
    placed = orders(0, 9)
    for order in placed:
        desk.carry_out(plan_order, order)
    line = placed[6].lines[0]
    needs = [PurchaseNeed(line.ref, 0, line.quantity)]
    bought = PurchaseLine("PO-1/1", "LAMP", line.quantity, needs=needs)
    desk.carry_out(plan_purchase_order, PurchaseOrder("PO-1", "ACME", NOON, [bought]))
    receipt = delivered("R-1", line.quantity, purchase_line="PO-1/1")
    part, _ = repository.load(policy, ["LAMP"])
    assert plan_receipt(part, receipt).allocated() == {line.ref: line.quantity}


def test_what_was_asked_for_and_does_not_exist_is_unknown(stored):
    policy = oldest_first()
    repository = stored(policy)
    desk = RequestDesk(repository, policy, ["LAMP"])
    for decision, ref in ((plan_shipment, "S-1"), (plan_return, "RET-1")):
        units = (1,) if decision is plan_return else ()
        with pytest.raises(UnknownReference):
            desk.carry_out(decision, ref, "O-404", *units, at=NOON)
    with pytest.raises(UnknownReference, match="PO-404"):
        desk.carry_out(plan_receipt, delivered("R-1", 2, purchase_line="PO-404/1"))


def test_a_string_is_no_list_of_skus(stored):
    with pytest.raises(InvalidValue, match="skus"):
        stored(oldest_first()).load(oldest_first(), "LAMP")


# Scopes


def test_a_scope_grows_by_what_is_missing_and_at_last_holds_all():
    scope = Scope.of(["LAMP", "LAMP"])
    assert scope.skus == ("LAMP",)
    assert Scope.of(scope) is scope
    wider = scope.widened(NotLoaded("queue", "LAMP")).widened(
        NotLoaded("queue", "LAMP")
    )
    assert (list(wider), wider.depths) == (["LAMP"], {"LAMP": 2})
    more = wider.widened(NotLoaded("line", "O-1/1")).widened(NotLoaded("line", "O-2/1"))
    assert more.refs_of("line") == ("O-1/1", "O-2/1")
    assert scope.widened(NotLoaded("SKU", "LAMP")) == scope


def test_a_queue_of_which_more_is_wanted_three_times_is_needed_whole():
    scope = Scope(["LAMP", "RUG"]).widened(NotLoaded("calendar", "RUG"))
    for is_whole in (False, False, False, True):
        assert (scope.is_whole("LAMP"), scope.is_whole("RUG")) == (is_whole, True)
        scope = scope.widened(NotLoaded("queue", "LAMP"))


@pytest.mark.parametrize("skus", ["LAMP", [1], None])
def test_a_scope_is_made_of_skus(skus):
    for make in (Scope, Scope.of):
        with pytest.raises(InvalidValue, match=r"^skus\b"):
            make(skus)


class Lacking(MemoryRepository):
    """Always lacks something, unless the whole book is asked for."""

    def __init__(self, kinds):
        super().__init__()
        self.kinds, self.asked = kinds, []

    def load(self, policy, skus=None):
        self.asked.append(skus)
        if skus is not None or self.kinds == ["always"]:
            kind = self.kinds[len(self.asked) % len(self.kinds)]
            raise NotLoaded(kind, f"ref {len(self.asked)}")
        return super().load(policy)


@pytest.mark.parametrize(
    ("kinds", "most"),
    [(["book"], 2), (["line"], 22), (["queue"], 200), (["order", "line"], 22)],
)
def test_a_desk_that_is_never_given_enough_loads_the_whole_book(kinds, most):
    repository = Lacking(kinds)
    desk = RequestDesk(repository, oldest_first(), ["LAMP"])
    if kinds == ["queue"]:
        repository.load = _same_queue(repository)
    assert not desk.carry_out(plan_count, "LAMP", 1, at=NOON).is_empty
    assert len(repository.asked) <= most
    assert repository.asked[-1] is None


def _same_queue(repository):
    """Return a load that always lacks more of the same queue."""

    def load(policy, skus=None):
        repository.asked.append(skus)
        if skus is not None:
            raise NotLoaded("queue", "LAMP")
        return MemoryRepository.load(repository, policy)

    return load


def test_a_whole_book_that_lacks_something_is_a_defect_and_says_so():
    desk = RequestDesk(Lacking(["always"]), oldest_first())
    with pytest.raises(NotLoaded):
        desk.carry_out(plan_count, "LAMP", 1, at=NOON)


# Places


def test_places_sort_as_ranks_do():
    ranks = [
        (-(10**12), "a"),
        (-10, ""),
        (-9, "a"),
        (-1, "a"),
        (0, "a"),
        (0, "a "),
        (0, "aa"),
        (0, "b"),
        (1, "a"),
        (9, "\U0001fa91"),
        (10, "a"),
        (10**30, "a"),
    ]
    texts = [written(rank) for rank in ranks]
    assert None not in texts
    assert texts == sorted(texts)
    assert written((1,)) < written((1, "")) < written((1, "", 0)) < written((2,))
    assert written(False) == written(0) < written(True)
    assert written(date(2026, 3, 9)) < written(date(2026, 3, 10))
    before, after = NOON - timedelta(microseconds=1), NOON
    assert written(datetime(1969, 1, 1, tzinfo=UTC)) < written(before) < written(after)


some_place = st.tuples(st.booleans(), st.integers(), st.text("ab \u00ff\U0001fa91"))


@given(some_place, some_place)
def test_two_places_compare_as_their_texts_do(one, other):
    texts = written(one), written(other)
    assert (one < other) == (texts[0] < texts[1])
    assert (one == other) == (texts[0] == texts[1])


@pytest.mark.parametrize(
    "rank",
    [
        Fraction(1, 3),
        None,
        ("a", Fraction(1)),
        "a\x00b",
        "a\x01b",
        "a\x02b",
        "\ud800",
        "a\udfff",
        10**99,
        -(10**99),
        datetime(2026, 3, 1),  # noqa: DTZ001 - no zone, on purpose
        "a" * 900,
        "\u00ff" * 450,
    ],
)
def test_what_has_no_text_that_sorts_has_no_place(rank):
    assert written(rank) is None


@pytest.mark.parametrize(
    "rank",
    ["a" * 899, "\u00ff" * 449, "a\x03b", "\ud7ff\ue000", 10**99 - 1, 1 - 10**99],
    ids=ascii,
)
def test_the_longest_and_the_strangest_places_are_kept(rank):
    assert written(rank) is not None


@pytest.mark.parametrize(
    "policy",
    [
        ranked_by(lambda one: Fraction(one.quantity, 3), name="by thirds"),
        smallest_first(),
    ],
    ids=["no-place", "another"],
)
def test_a_policy_without_stored_places_reads_the_whole_queue(stored, policy):
    repository = stored(oldest_first(), head=2)
    fill(repository, oldest_first(), [*orders(0, 5), *orders(5, 9, units=1)])
    part, _ = repository.load(policy, ["LAMP"])
    whole, _ = repository.load(policy)
    assert [*part.backorders("LAMP")] == [*whole.backorders("LAMP")]


def test_places_that_do_not_sort_are_left_out_and_everything_is_read(stored):
    policy = ranked_by(lambda one: Fraction(one.quantity, 3), name="by thirds")
    repository = stored(policy, head=2)
    fill(repository, policy, [*orders(0, 5), *orders(5, 9, units=1)])
    part, _ = repository.load(policy, ["LAMP"])
    lines = [one.line for one in part.backorders("LAMP")]
    assert lines[:5] == [*(f"LAMP-{n:06}/1" for n in range(5, 9)), "LAMP-000000/1"]


def test_places_of_another_rule_under_the_same_name_are_noticed(stored):
    repository = stored(ranked_by(lambda one: one.order, name="mine"), head=2)
    fill(repository, ranked_by(lambda one: one.order, name="mine"), orders(0, 9))
    turned = ranked_by(lambda one: -int(one.order[-6:]), name="mine")
    other = SqlRepository(repository.engine, policy=turned, head=2)
    part, _ = other.load(turned, ["LAMP"])
    assert next(part.backorders("LAMP")).order == "LAMP-000008"


def test_a_new_policy_ranks_anew_and_reads_heads_again(stored, reads):
    repository = stored(oldest_first(), head=2)
    fill(repository, oldest_first(), [*orders(0, 20), *orders(20, 40, units=1)])
    policy = smallest_first()
    other = SqlRepository(repository.engine, policy=policy, head=2)
    desk = RequestDesk(other, policy, ["LAMP"])
    desk.carry_out(plan_order, LATE)  # without a place: the ranking is not its own
    reads.clear()
    other.load(policy, ["LAMP"])
    before = len(reads)
    other.rerank()
    reads.clear()
    part, _ = other.load(policy, ["LAMP"])
    assert len(reads) < before / 3
    assert next(part.backorders("LAMP")).order == "LAMP-000020"
    assert_places(other, policy)
    desk.carry_out(plan_receipt, delivered("R-1", 5))
    assert_places(other, policy)
    # Who still ranks by the old policy reads everything, and writes no places.
    part, _ = repository.load(oldest_first(), ["LAMP"])
    assert len([*part.backorders("LAMP")]) == 36
    with other.engine.connect() as connection:
        assert other.on(connection).load(policy, ["LAMP"])[0].version > 0


def assert_places(repository, policy):
    """Hold the stored places against the queue of the book."""
    t = repository.tables.backorders
    book, _ = repository.load(policy)
    with repository.engine.connect() as connection:
        rows = connection.execute(select(t.c.line, t.c.place).where(t.c.is_queued == 1))
        places = sorted((row.place, row.line) for row in rows)
    assert [line for _, line in places] == [one.line for one in book.backorders("LAMP")]


def test_without_a_policy_nothing_is_ranked(stored):
    repository = stored(None, head=2)
    fill(repository, oldest_first(), orders(0, 9))
    t = repository.tables.backorders
    with repository.engine.connect() as connection:
        assert connection.execute(select(t.c.place).distinct()).all() == [(None,)]
    part, _ = repository.load(by_priority(), ["LAMP"])
    assert len([*part.backorders("LAMP")]) == 9
    repository.rerank()


def test_a_batch_on_its_way_while_places_are_written_anew_begins_again(sql_engine):
    repository = SqlRepository(sql_engine, policy=oldest_first())
    repository.create_schema()
    fill(repository, oldest_first(), orders(0, 3))
    other = SqlRepository(sql_engine, policy=smallest_first())
    moved_on, runs = Writer._moved_on, []

    def overtaken(self, *arguments):
        runs.append(1)
        if len(runs) == 1:
            raise RankingChanged
        return moved_on(self, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writer, "_moved_on", overtaken)
        desk = RequestDesk(other, smallest_first(), ["LAMP"])
        desk.carry_out(plan_order, LATE)
    assert len(runs) == 2
    assert repository.load(oldest_first())[0].line("new/1").waiting == 1


def test_a_ranking_that_changed_meanwhile_is_noticed(stored):
    repository = stored(oldest_first())
    fill(repository, oldest_first(), orders(0, 3))
    other = SqlRepository(repository.engine, policy=smallest_first())
    other.rerank()
    with repository.engine.connect() as connection, connection.begin():
        reader = Reader(connection, repository._statements)
        writer = Writer(reader, oldest_first(), "oldest_first")
        with pytest.raises(RankingChanged):
            writer._moved_on(1, "oldest_first", "oldest_first")

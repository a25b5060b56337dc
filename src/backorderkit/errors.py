"""What can go wrong, as a small tree of exceptions.

An ordinary outcome (short, late, refused) is never an exception: it is an event with
a reason. An exception means that a promise between caller and library was broken. It
names the value and the remedy, and nothing has changed when it is raised.

Every leaf is also the built-in error a Python programmer would expect, so a host may
catch either: `InvalidValue` is a `ValueError`, `UnknownReference` a `LookupError`.

>>> raise InvalidValue("quantity", -3, "give a whole number of 1 or more")
Traceback (most recent call last):
    ...
backorderkit.errors.InvalidValue: quantity is -3: give a whole number of 1 or more
"""

__all__ = [
    "BackorderError",
    "Conflict",
    "DecodeError",
    "Duplicate",
    "InvalidValue",
    "InvariantBroken",
    "NotLoaded",
    "NotPossible",
    "NoticeNotSent",
    "PolicyBreach",
    "StalePlan",
    "UnknownReference",
]


class BackorderError(Exception):
    """The root of every error the library raises.

    >>> InvalidValue.__mro__[1:3]
    (<class 'backorderkit.errors.BackorderError'>, <class 'ValueError'>)
    """


class InvalidValue(BackorderError, ValueError):
    """A value is outside what its place allows.

    >>> InvalidValue("price", 1.5, "use Decimal, never float").value
    1.5
    """

    def __init__(self, what: str, value: object, remedy: str) -> None:
        """Name what was wrong, the value found there and the remedy."""
        super().__init__(f"{what} is {shown(value)}: {remedy}")
        self.what: str = what
        self.value: object = value
        self.remedy: str = remedy


class UnknownReference(BackorderError, LookupError):
    """A reference names nothing in the book.

    >>> str(UnknownReference("order", "O-9"))
    "there is no order 'O-9': check the reference, or record it first"
    """

    def __init__(self, kind: str, ref: object, remedy: str = "") -> None:
        """Name the kind of thing and the reference that was not found."""
        remedy = remedy or "check the reference, or record it first"
        super().__init__(f"there is no {kind} {shown(ref)}: {remedy}")
        self.kind: str = kind
        self.ref: object = ref


class Duplicate(BackorderError, ValueError):
    """A reference that must be new is already taken: the same fact told twice.

    >>> str(Duplicate("receipt", "R-1"))
    "receipt 'R-1' is already recorded: nothing was done a second time"
    """

    def __init__(self, kind: str, ref: object) -> None:
        """Name the kind of thing and the reference that is taken."""
        super().__init__(
            f"{kind} {shown(ref)} is already recorded: nothing was done a second time"
        )
        self.kind: str = kind
        self.ref: object = ref


class NoticeNotSent(BackorderError, RuntimeError):
    """A notifier failed; the notice waits and is tried again under the same key.

    >>> str(NoticeNotSent("shipped/O-1/7"))
    "notice 'shipped/O-1/7' could not be handed over: it is kept, send it later"
    """

    def __init__(self, key: str) -> None:
        """Name the notice by its key."""
        super().__init__(
            f"notice {shown(key)} could not be handed over: it is kept, send it later"
        )
        self.key: str = key


class NotPossible(BackorderError, ValueError):
    """What was asked for exceeds what there is, for instance unallocated goods.

    >>> str(NotPossible("ship", "O-1/1", asked=5, possible=3, remedy="ship 3 at most"))
    "cannot ship 5 of 'O-1/1', only 3: ship 3 at most"
    """

    def __init__(
        self, verb: str, ref: object, *, asked: int, possible: int, remedy: str
    ) -> None:
        """Name the verb, the reference, and the quantities asked and possible."""
        super().__init__(
            f"cannot {verb} {asked} of {shown(ref)}, only {possible}: {remedy}"
        )
        self.verb: str = verb
        self.ref: object = ref
        self.remedy: str = remedy
        self.asked: int = asked
        self.possible: int = possible


class PolicyBreach(BackorderError, ValueError):
    """A plug-in (policy, sourcing, supplier choice) gave back what it must not.

    >>> str(PolicyBreach("first_come", "awarded 7 of 5 units"))
    "'first_come' awarded 7 of 5 units: the plug-in must be corrected"
    """

    def __init__(self, plugin: str, breach: str) -> None:
        """Name the plug-in and what it did."""
        super().__init__(f"{plugin!r} {breach}: the plug-in must be corrected")
        self.plugin: str = plugin
        self.breach: str = breach


class StalePlan(BackorderError, RuntimeError):
    """A plan was made for another version of the book.

    >>> str(StalePlan(planned_for=3, version=5))
    'the plan was made for version 3 of the book, which is at 5: plan again'
    """

    def __init__(self, *, planned_for: int, version: int) -> None:
        """Give the version the plan was made for and the one the book is at."""
        super().__init__(
            f"the plan was made for version {planned_for} of the book, "
            f"which is at {version}: plan again"
        )
        self.planned_for: int = planned_for
        self.version: int = version


class Conflict(BackorderError, RuntimeError):
    """A concurrent update was saved first: reload and retry.

    >>> str(Conflict(expected=3, found=4))
    'the store is at token 4, not 3: reload and retry'
    >>> str(Conflict(expected=3, found="database is locked"))
    'concurrent update (database is locked): reload and retry'
    """

    def __init__(self, *, expected: object, found: object) -> None:
        """Give the token the writer held, and the one found, or what was in the way."""
        where = f"the store is at token {found}, not {expected}"
        if isinstance(found, str):
            where = f"concurrent update ({found})"
        super().__init__(f"{where}: reload and retry")
        self.expected: object = expected
        self.found: object = found


class NotLoaded(BackorderError, RuntimeError):
    """A book that was loaded for some SKUs was asked for more than it holds.

    `kind` says what of `ref` is missing: all of a "SKU", more of its "queue", the
    "calendar" of its lines, an "order", a "line", a "purchase line", a "purchase
    order", or, with "book", everything. `refs` are all references known to be missing,
    `ref` is the first of them.

    >>> str(NotLoaded("SKU", "CHAIR"))
    "SKU 'CHAIR' is not loaded: load it too, or the whole book"
    """

    def __init__(self, kind: str, ref: str, *others: str) -> None:
        """Name the kind of thing and the references that were left out."""
        refs = (ref, *others)
        state, remedy = ("are", "load them too") if others else ("is", "load it too")
        named = f"{kind} {', '.join(map(shown, refs))}"
        super().__init__(f"{named} {state} not loaded: {remedy}, or the whole book")
        self.kind: str = kind
        self.ref: str = ref
        self.refs: tuple[str, ...] = refs


class DecodeError(BackorderError, ValueError):
    """A text is not a document that this release can read.

    `where` is a path into the document, such as `events[3].quantity`.

    >>> str(DecodeError("events[3].quantity", "7", "give a whole number"))
    "events[3].quantity is '7': give a whole number"
    """

    def __init__(self, where: str, value: object, remedy: str) -> None:
        """Name the place, the value found there and the remedy."""
        super().__init__(f"{where} is {shown(value)}: {remedy}")
        self.where: str = where
        self.value: object = value
        self.remedy: str = remedy


class InvariantBroken(BackorderError, RuntimeError):
    """A recount of the raw records contradicts the book: a defect, never the caller's.

    >>> str(InvariantBroken("pool LAMP at main", "allocated 4, lines say 3"))
    'pool LAMP at main: allocated 4, lines say 3'
    """

    def __init__(self, where: str, finding: str) -> None:
        """Name the record and what the recount found."""
        super().__init__(f"{where}: {finding}")
        self.where: str = where
        self.finding: str = finding


def shown(value: object, limit: int = 80) -> str:
    """Return a value as an error may print it: its repr, cut at `limit` characters."""
    try:
        text = repr(value)
    except Exception:  # a value whose repr fails must not hide the real error
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"

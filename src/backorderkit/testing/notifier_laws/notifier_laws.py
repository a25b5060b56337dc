"""Prove a notifier: what it is given arrives, in order, under its key, or it raises.

A notifier ends in the world outside, so the host provides a way to look there: a
`Mailroom` holds the notifier, a function that returns the keys of what has arrived,
and, where the host can do that, functions that cut the line and mend it.

>>> keys = []
>>> class Notes:
...     def send(self, notice):
...         keys.append(notice.key)
>>> def make():
...     keys.clear()
...     return Mailroom(Notes(), lambda: keys)
>>> names = check_notifier(make)
kept    sending_answers_nothing
kept    every_kind_of_notice_arrives
kept    notices_arrive_in_order
kept    a_repeated_notice_keeps_its_key
kept    look_alikes_have_keys_of_their_own
kept    odd_texts_arrive
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from inspect import iscoroutine
from typing import Any, TypeAlias

import attrs

from backorderkit.errors import shown
from backorderkit.notices import Notice, NoticeKind, NoticeLine
from backorderkit.storage import Notifier
from backorderkit.testing.failures import PlugInLawBroken
from backorderkit.testing.store_laws import (
    NOON,
    ODD,
    Differs,
    keys_of,
    refuses,
    same,
    whole_story,
)

__all__ = ["Mailroom", "NotifierLawBroken", "check_notifier"]


class NotifierLawBroken(PlugInLawBroken):
    """A notifier breaks its contract; the message has three lines.

    >>> print(NotifierLawBroken("odd_texts_arrive", "keys: ('a',)", "()"))
    the notifier breaks odd_texts_arrive:
    expected: keys: ('a',)
    came: ()
    """

    plug_in = "notifier"


@attrs.frozen
class Mailroom:
    """A notifier and the way to see what it did.

    `arrived` returns the keys of what has reached customers since the mailroom was
    made, in order; a notifier that recognises repetitions leaves them out. `cut` makes
    the next sends fail, `mend` ends that.

    >>> Mailroom(None, tuple).cut is None
    True
    """

    notifier: Notifier
    arrived: Callable[[], Sequence[str]]
    cut: Callable[[], object] | None = attrs.field(default=None, kw_only=True)
    mend: Callable[[], object] = attrs.field(default=tuple, kw_only=True)

    def keys(self) -> tuple[str, ...]:
        """Return the keys of what has arrived.

        >>> Mailroom(None, lambda: ["k"]).keys()
        ('k',)
        """
        return tuple(self.arrived())


Case: TypeAlias = Callable[[Mailroom], None]


def check_notifier(
    make: Callable[[], Mailroom], *, tell: Callable[[str], object] = print
) -> tuple[str, ...]:
    """Try every case on a mailroom of its own; return the names of those tried.

    Without `cut` the cases of a broken line are left out. Raises `NotifierLawBroken`
    for the first case that is broken.

    >>> check_notifier(lambda: Mailroom(None, tuple))
    Traceback (most recent call last):
        ...
    backorderkit.testing.notifier_laws.notifier_laws.NotifierLawBroken: \
the notifier breaks \
sending_answers_nothing:
    expected: no error
    came: AttributeError("'NoneType' object has no attribute 'send'")
    """
    names = []
    for case in _cases(make()):
        try:
            case(make())
        except Differs as found:
            raise NotifierLawBroken(case.__name__, found.expected, found.came) from None
        except Exception as error:  # whatever a plug-in raises is what came
            came = shown(error, 400)
            raise NotifierLawBroken(case.__name__, "no error", came) from error
        tell(f"{'kept':7} {case.__name__}")
        names.append(case.__name__)
    return tuple(names)


def _cases(room: Mailroom) -> Iterator[Case]:
    """Yield the cases that a mailroom can be tried in."""
    yield sending_answers_nothing
    yield every_kind_of_notice_arrives
    yield notices_arrive_in_order
    yield a_repeated_notice_keeps_its_key
    yield look_alikes_have_keys_of_their_own
    yield odd_texts_arrive
    if room.cut is not None:
        yield a_cut_line_is_not_hidden
        yield what_failed_can_be_sent_again


def sending_answers_nothing(room: Mailroom) -> None:
    """A notice has arrived when `send` returns; nothing is left to finish later."""
    send: Callable[[Notice], Any] = room.notifier.send  # what a plug-in really returns
    answer = send(_notice("key"))
    if iscoroutine(answer):
        answer.close()
    same("answer", answer, None)


def every_kind_of_notice_arrives(room: Mailroom) -> None:
    """A story with all of them."""
    notices = [one for chapter in whole_story() for one in chapter.notices]
    for notice in notices:
        room.notifier.send(notice)
    same("keys", room.keys(), keys_of(notices))


def notices_arrive_in_order(room: Mailroom) -> None:
    """As they were handed over, fifty of them."""
    notices = [_notice(f"key {number * 7 % 50}") for number in range(50)]
    for notice in notices:
        room.notifier.send(notice)
    same("keys", room.keys(), keys_of(notices))


def a_repeated_notice_keeps_its_key(room: Mailroom) -> None:
    """A notice sent twice may arrive once or twice; its key marks the duplicate."""
    for key in ("first", "second", "first", "first"):
        room.notifier.send(_notice(key))
    same("different keys", sorted(set(room.keys())), ["first", "second"])
    same("the first two", room.keys()[:2], ("first", "second"))


def look_alikes_have_keys_of_their_own(room: Mailroom) -> None:
    """Two notices of the same words are two, if their keys differ."""
    for key in ("shipped/O-1/1", "shipped/O-1/2", "SHIPPED/O-1/1"):
        room.notifier.send(_notice(key))
    same("keys", room.keys(), ("shipped/O-1/1", "shipped/O-1/2", "SHIPPED/O-1/1"))


def odd_texts_arrive(room: Mailroom) -> None:
    """Quotes, placeholders, other scripts, in every place of a notice."""
    notices = [_notice(odd, odd) for odd in ODD]
    for notice in notices:
        room.notifier.send(notice)
    same("keys", room.keys(), ODD)


def a_cut_line_is_not_hidden(room: Mailroom) -> None:
    """A failure is raised: else the notice would count as sent."""
    _cut(room)
    refuses("a cut line", lambda: room.notifier.send(_notice("key")), Exception)
    same("keys", room.keys(), ())


def what_failed_can_be_sent_again(room: Mailroom) -> None:
    """Once the line is mended, under the same key."""
    room.notifier.send(_notice("before"))
    _cut(room)
    with suppress(Exception):
        room.notifier.send(_notice("key"))
    room.mend()
    room.notifier.send(_notice("key"))
    same("keys", room.keys(), ("before", "key"))


def _cut(room: Mailroom) -> None:
    """Make sends fail."""
    if room.cut is not None:
        room.cut()


def _notice(key: str, text: str = "O-1") -> Notice:
    """Return a notice with a text in every place."""
    line = NoticeLine(text, text, 1, waiting=2)
    return Notice(
        NoticeKind.SHIPPED, text, text, (line,), reason=text, key=key, at=NOON
    )

"""How delivery dates were kept, and would have been with a margin from experience.

`scms` has no demand to replay: each line is a delivery, with the day it was scheduled
for and the day it came. S1 counts what was late. S2 stands on one day, learns from what
was delivered before it how late such deliveries are, by who fulfils them and how they
travel, and asks of the lines scheduled from that day on which promises were kept: the
scheduled day itself, that day and the 90th percentile of lateness, the 95th.

What was still open on the day of the split was not known and is not learnt from, though
such lines are late ones: the margins are a little too short, as they would have been.
Lines scheduled later and delivered before it are learnt from and scored; they are few.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from backorderkit.errors import InvalidValue
from backorderkit.leadtimes import nearest_rank
from tests.replays.score import Figures
from tests.replays.tables import day, rows, text

SPLIT_ON = date(2011, 1, 1)
"""The middle: some 4,200 lines to learn from, of nearly every kind, 3,500 to score."""
SMALLEST_GROUP = 50
POOLED = "all others"


class Dated(NamedTuple):
    """One delivery line."""

    group: str
    scheduled_on: date
    delivered_on: date

    @property
    def days_late(self) -> int:
        """Return the days after the scheduled one; negative if early."""
        return (self.delivered_on - self.scheduled_on).days


def deliveries(data: Path) -> list[Dated]:
    """Return all delivery lines."""
    columns = rows(
        data,
        "scms/lines",
        fulfil_via=text,
        ship_mode=text,
        scheduled_delivery_date=day,
        delivered_date=day,
    )
    return [
        Dated(f"{via}, {mode or 'mode not known'}", scheduled, delivered)
        for via, mode, scheduled, delivered in columns
    ]


def lateness(data: Path) -> Figures:
    """Return how many lines came late, on their day and early."""
    days = [line.days_late for line in deliveries(data)]
    return {
        "lines": len(days),
        "late": sum(one > 0 for one in days),
        "on_the_day": sum(one == 0 for one in days),
        "early": sum(one < 0 for one in days),
        "total_days_late": sum(one for one in days if one > 0),
    }


def promises(data: Path, split_on: date = SPLIT_ON) -> Figures:
    """Return which promises were kept, with margins learnt before a day."""
    lines = deliveries(data)
    learnt = [one for one in lines if one.delivered_on < split_on]
    scored = [one for one in lines if one.scheduled_on >= split_on]
    if not learnt or not scored:
        remedy = "give a day with deliveries before it and schedules after it"
        raise InvalidValue("split_on", split_on.isoformat(), remedy)
    days_late = _by_group(learnt)
    every = [one.days_late for one in learnt]
    margins = {
        percent: {
            group: nearest_rank(days or every, percent)
            for group, days in days_late.items()
        }
        for percent in (90, 95)
    }
    scored = [one._replace(group=_known(days_late, one.group)) for one in scored]
    return {
        "split_on": split_on.isoformat(),
        "learnt_lines": len(learnt),
        "scored_lines": len(scored),
        **_kept(scored, margins),
        "groups": [
            {
                "group": group,
                "learnt_lines": len(days_late[group]),
                "scored_lines": sum(one.group == group for one in scored),
                "p90_days": margins[90][group],
                "p95_days": margins[95][group],
                **_kept([one for one in scored if one.group == group], margins),
            }
            for group in days_late
        ],
    }


def _by_group(learnt: Iterable[Dated]) -> dict[str, list[int]]:
    """Return the days late by group, the small groups as one, that one last.

    It may be empty: what belongs to no group is then judged by all that was learnt.
    """
    groups: dict[str, list[int]] = {}
    for one in learnt:
        groups.setdefault(one.group, []).append(one.days_late)
    large = {
        group: groups[group]
        for group in sorted(groups)
        if len(groups[group]) >= SMALLEST_GROUP
    }
    small = [one for group in groups if group not in large for one in groups[group]]
    return {**large, POOLED: small}


def _known(groups: Mapping[str, object], group: str) -> str:
    """Return the group a line is judged by."""
    return group if group in groups else POOLED


def _kept(lines: Iterable[Dated], margins: Mapping[int, Mapping[str, int]]) -> Figures:
    """Return the part of the lines that came by the promised day, per promise."""
    lines = list(lines)
    promised = {
        "kept_scheduled": [one.scheduled_on for one in lines],
        **{
            f"kept_p{percent}": [
                one.scheduled_on + timedelta(days=days[one.group]) for one in lines
            ]
            for percent, days in margins.items()
        },
    }
    return {
        name: _part(
            sum(one.delivered_on <= on for one, on in zip(lines, days, strict=True)),
            len(lines),
        )
        for name, days in promised.items()
    }


def _part(count: int, whole: int) -> float | None:
    """Return a part of 1 to four places: a figure to compare, not to go on with."""
    return round(count / whole, 4) if whole else None

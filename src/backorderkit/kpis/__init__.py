"""Key figures: how well customers were served, and what is still owed to them.

Fill rates, waits, kept promises, the age of the backlog, money taken for goods that are
not there, surplus, fairness. Each figure is read off a book or a history and is exact:
counts are ints, ratios are `Fraction`s, money is `Money`. Nothing is rounded here.
"""

from backorderkit.kpis.backlog import (
    AgeBand,
    Exposure,
    Surplus,
    backlog_by_age,
    prepaid_exposure,
    surplus,
)
from backorderkit.kpis.dates import (
    LineDates,
    dates_of,
)
from backorderkit.kpis.fairness import (
    gini,
    jain,
)
from backorderkit.kpis.filled import (
    Fill,
    FilledLine,
    FillRates,
    fill_rates,
    filled_at_once,
)
from backorderkit.kpis.kept import (
    PromiseAccuracy,
    promise_accuracy,
)
from backorderkit.kpis.waits import (
    Wait,
    average_backlog,
    mean_days,
    percentile_days,
    waits_of,
)

__all__ = [
    "AgeBand",
    "Exposure",
    "Fill",
    "FillRates",
    "FilledLine",
    "LineDates",
    "PromiseAccuracy",
    "Surplus",
    "Wait",
    "average_backlog",
    "backlog_by_age",
    "dates_of",
    "fill_rates",
    "filled_at_once",
    "gini",
    "jain",
    "mean_days",
    "percentile_days",
    "prepaid_exposure",
    "promise_accuracy",
    "surplus",
    "waits_of",
]

"""Supply laid under demand, once; dates, pegs, lateness and reasons are read off it."""

from backorderkit.coverage.comparison import (
    Difference,
    differences,
    units_moved as units_moved,
)
from backorderkit.coverage.coverage import (
    Coverage,
    Uncovered,
    cover,
    expected_at as expected_at,
    expected_dates,
    expected_of as expected_of,
    shortages,
)
from backorderkit.coverage.dated_supply import (
    DatedSupply,
    dated_supply,
)
from backorderkit.coverage.expected_dates import (
    ExpectedPortion,
    SupplySource,
    companions as companions,
    not_before as not_before,
    promise_of as promise_of,
    together_dates as together_dates,
    told_dates as told_dates,
    units_by_day as units_by_day,
    with_unordered as with_unordered,
)
from backorderkit.coverage.explanation import (
    Explanation,
    Rival,
    explain,
)
from backorderkit.coverage.lateness import (
    LateLine,
    late_lines,
    made_late_by,
    what_makes_late,
)
from backorderkit.coverage.matching import (
    Overlap as Overlap,
    Peg,
    Supplies as Supplies,
    left_over as left_over,
    overlaps as overlaps,
    pins_of as pins_of,
    pins_of_portion as pins_of_portion,
    supplied as supplied,
    uncovered as uncovered,
    with_supplies as with_supplies,
)
from backorderkit.coverage.pegs import (
    QueuePosition,
    pegs_of_line,
    pegs_of_purchase_line,
    queue_position,
)

__all__ = [
    "Coverage",
    "DatedSupply",
    "Difference",
    "ExpectedPortion",
    "Explanation",
    "LateLine",
    "Peg",
    "QueuePosition",
    "Rival",
    "SupplySource",
    "Uncovered",
    "cover",
    "dated_supply",
    "differences",
    "expected_dates",
    "explain",
    "late_lines",
    "made_late_by",
    "pegs_of_line",
    "pegs_of_purchase_line",
    "queue_position",
    "shortages",
    "what_makes_late",
]

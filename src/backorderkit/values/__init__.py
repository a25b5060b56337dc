"""The plain values everything else is made of, and how they are checked."""

from backorderkit.values.calendars import (
    ANY_DAY as ANY_DAY,
    EVERY_DAY,
    AllOpen,
    Calendar,
    OrderCalendar,
    Weekdays,
    is_calendar as is_calendar,
    last_open,
    next_open,
    open_days_after,
)
from backorderkit.values.money import (
    Money,
)
from backorderkit.values.quantities import (
    Quantities,
)
from backorderkit.values.references import (
    MAIN as MAIN,
    CustomerRef as CustomerRef,
    LineRef as LineRef,
    Location as Location,
    OrderRef as OrderRef,
    Pool as Pool,
    Sku as Sku,
    SupplierRef as SupplierRef,
)
from backorderkit.values.units import (
    UnitOfMeasure,
)
from backorderkit.values.validation import (
    LARGEST_QUANTITY as LARGEST_QUANTITY,
    Said as Said,
    check_again as check_again,
    check_all as check_all,
    check_count as check_count,
    check_date as check_date,
    check_kind as check_kind,
    check_mapping as check_mapping,
    check_ref as check_ref,
    check_text as check_text,
    check_time as check_time,
    days_after as days_after,
    fixed_offset as fixed_offset,
    is_a as is_a,
    is_count as is_count,
    is_flag as is_flag,
    is_optional as is_optional,
    is_optional_date as is_optional_date,
    is_optional_function as is_optional_function,
    is_optional_ref as is_optional_ref,
    is_quantity as is_quantity,
    is_ref as is_ref,
    is_text as is_text,
    is_time as is_time,
)

__all__ = [
    "EVERY_DAY",
    "AllOpen",
    "Calendar",
    "Money",
    "OrderCalendar",
    "Quantities",
    "UnitOfMeasure",
    "Weekdays",
    "last_open",
    "next_open",
    "open_days_after",
]

"""What experience shows about suppliers: how long they take and what they confirm."""

from backorderkit.leadtimes.arriving import (
    HandlingTime,
    arrival as arrival,
    arrival_on,
)
from backorderkit.leadtimes.learning import (
    Experience,
    ExperienceLevel,
    LeadTimes,
    nearest_rank,
)
from backorderkit.leadtimes.observing import (
    Observation,
    observations,
)

__all__ = [
    "Experience",
    "ExperienceLevel",
    "HandlingTime",
    "LeadTimes",
    "Observation",
    "arrival_on",
    "nearest_rank",
    "observations",
]

"""The demonstration: `python -m backorderkit`, an invented shop or a user's own files.

`story` invents a shop, `entry` reads one from CSV tables; both give a `Scenario`.
`running` goes through it day by day with the library's public names alone, and `run`
keeps what happened. `report` puts that into sentences and tables, `machine` into JSON.
"""

from backorderkit.demo.entry import (
    main as main,
)

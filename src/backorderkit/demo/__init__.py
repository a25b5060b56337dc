"""The demonstration: `python -m backorderkit`, an invented shop or a user's own files.

`story` invents a shop, `files` reads one from CSV; both give a `Scenario`. `running`
lives through it day by day with the library's public names alone, and keeps what
happened. `telling` puts that into sentences and tables, `machine` into JSON.
"""

from backorderkit.demo.entry import (
    main as main,
)

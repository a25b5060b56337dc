"""Start the service on this machine: `python docs/examples/fastapi_orders/start.py`.

`ORDERS_PORT` (8000) says where it listens, on 127.0.0.1 only. What else the environment
may say is in `shop.py`.
"""

import logging
import os
from pathlib import Path

import uvicorn


def start() -> None:
    """Serve until the process is told to end."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    uvicorn.run(
        "fastapi_orders.main:create_app",
        factory=True,
        app_dir=str(Path(__file__).parents[1]),
        host="127.0.0.1",
        port=int(os.environ.get("ORDERS_PORT", "8000")),
    )


if __name__ == "__main__":
    start()

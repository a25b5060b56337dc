"""Samples of every answer, for the documentation; a test reads each by its model."""

LINE = {
    "ref": "O-1/1",
    "sku": "LAMP",
    "summary": "partly covered, 3 of 5",
    "ordered": 5,
    "waiting": 2,
    "allocated": 3,
    "shipped": 0,
    "cancelled": 0,
    "refused": 0,
    "requested_on": None,
    "promised_on": "2026-03-09",
    "expected": [
        {
            "quantity": 3,
            "on": None,
            "source": "in_stock",
            "purchase_line": None,
            "confidence": "in_stock",
        },
        {
            "quantity": 2,
            "on": "2026-03-09",
            "source": "on_order",
            "purchase_line": "PO-1/1",
            "confidence": "confirmed",
        },
    ],
    "promises": [
        {
            "at": "2026-03-02T09:00:00Z",
            "reason": "order placed",
            "dates": [{"quantity": 2, "on": "2026-03-09"}],
            "confidence": "confirmed",
        }
    ],
}
ORDER = {
    "ref": "O-1",
    "customer": "ada",
    "placed_at": "2026-03-02T09:00:00Z",
    "priority": 0,
    "held": "",
    "quoted_until": None,
    "is_shippable": True,
    "lines": [LINE],
}
ORDER_DONE = {
    "done_before": False,
    "happened": [
        "O-1 of ada is placed: 5 units.",
        "O-1/1 gets 3 of the 5 it waits for.",
        "O-1/1 is promised for 2026-03-09, order placed.",
    ],
    "reasons": [],
    "order": ORDER,
}
DELIVERY_DONE = {
    "done_before": False,
    "happened": ["R-1 brings 12 units.", "O-1/1 gets all the 2 it waits for."],
    "reasons": [],
    "allocated": {"O-1/1": 2},
    "became_shippable": [],
    "left_backlog": ["O-1"],
}
NEWS_DONE = {
    "done_before": False,
    "happened": [
        "PO-1/1 is expected on 2026-03-20, strike at the works.",
        "O-1/1 is promised for 2026-03-20, strike at the works.",
    ],
    "reasons": [],
    "moves": [
        {
            "line": "O-1/1",
            "quantity": 2,
            "moved_from": "2026-03-09",
            "moved_to": "2026-03-20",
        }
    ],
    "must_hear": ["ada"],
}
PURCHASES_DONE = {
    "done_before": False,
    "happened": ["PO-1 orders 12 units from ACME."],
    "reasons": [],
    "purchase_orders": [
        {
            "ref": "PO-1",
            "supplier": "ACME",
            "lines": [
                {
                    "ref": "PO-1/1",
                    "sku": "LAMP",
                    "quantity": 12,
                    "expected_on": "2026-03-09",
                    "needs": {"O-1/1": 2},
                }
            ],
        }
    ],
}
ANSWERED = {
    "sku": "LAMP",
    "quantity": 5,
    "availability": "restock",
    "complete_on": "2026-03-09",
    "portions": [
        {
            "quantity": 5,
            "on": "2026-03-09",
            "source": "to_be_ordered",
            "purchase_line": None,
            "confidence": "estimated",
        }
    ],
    "short": 0,
    "reasons": [
        {
            "subject": "LAMP",
            "code": "lead_time",
            "text": "5 units must be bought and come on 2026-03-09",
        }
    ],
}
BACKLOG = {
    "sku": "LAMP",
    "on_hand": 3,
    "free": 0,
    "incoming": 12,
    "waiting": 2,
    "short": 0,
    "queue": [
        {
            "line": "O-1/1",
            "order": "O-1",
            "customer": "ada",
            "quantity": 2,
            "queued_at": "2026-03-02T09:00:00Z",
            "priority": 0,
            "promised_on": "2026-03-09",
            "covered_by": [
                {
                    "quantity": 2,
                    "purchase_line": "PO-1/1",
                    "expected_on": "2026-03-09",
                    "confidence": "confirmed",
                }
            ],
        }
    ],
}

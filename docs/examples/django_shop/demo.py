"""An invented shop to look at: three products, two suppliers, a few customers.

Each command has a key of its own, so loading twice, or again after half of it, does
everything once.
"""

from datetime import timedelta
from decimal import Decimal
from secrets import token_urlsafe

from django.contrib.auth import get_user_model
from django.utils import timezone

from backorderkit import Line, Order, plan_count
from django_shop import decisions
from django_shop.counter import counter
from django_shop.models import Product, Supplier, SupplierTerms

PRODUCTS = (
    ("LAMP", "Desk lamp", "39.00", 4),
    ("CHAIR", "Oak chair", "120.00", 2),
    ("RUG", "Wool rug", "210.00", 0),
)
SUPPLIERS = (("ACME", "Acme Lighting"), ("BOLT", "Bolt & Sons"))
TERMS = (
    ("ACME", "LAMP", 7, "21.50", 6),
    ("BOLT", "CHAIR", 14, "64.00", 2),
    ("BOLT", "RUG", 21, "130.00", 1),
)
ORDERS = (
    ("ada@example.com", {"LAMP": 3}),
    ("bob@example.com", {"LAMP": 4, "CHAIR": 1}),
    ("cleo@example.com", {"LAMP": 2, "RUG": 1}),
)


def load() -> str:
    """Load what is not there yet; return how a clerk logs in if he is new."""
    _load_catalogue()
    now = timezone.now()
    for sku, _, _, units in PRODUCTS:
        counter.carry_out(f"demo count {sku}", plan_count, sku, units, at=now)
    for number, (customer, wanted) in enumerate(ORDERS, 1):
        at = now - timedelta(days=len(ORDERS) - number)
        lines = [
            Line(f"DEMO-{number}/{place}", sku, units)
            for place, (sku, units) in enumerate(wanted.items(), 1)
        ]
        order = Order(f"DEMO-{number}", customer, at, lines)
        counter.carry_out(f"demo order {number}", decisions.place(order))
    counter.carry_out("demo purchase", decisions.buy(now))
    return _clerk()


def _load_catalogue() -> None:
    """Enter products, suppliers and their terms."""
    for sku, name, price, _ in PRODUCTS:
        known = {"name": name, "price": Decimal(price)}
        Product.objects.get_or_create(sku=sku, defaults=known)
    for ref, name in SUPPLIERS:
        Supplier.objects.get_or_create(ref=ref, defaults={"name": name})
    for supplier, sku, days, price, pack in TERMS:
        SupplierTerms.objects.get_or_create(
            supplier_id=supplier,
            product_id=sku,
            defaults={"lead_time_days": days, "price": price, "multiple": pack},
        )


def _clerk() -> str:
    """Make the first user, with a password of his own that is told once."""
    users = get_user_model().objects
    if users.exists():
        return ""
    password = token_urlsafe(9)
    users.create_superuser("clerk", "", password)
    return f"Log in as clerk with the password {password}"

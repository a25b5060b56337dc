"""What the facts add up to: orders, purchase orders and stock, as ordinary tables.

They are kept in step with the journal by `storage`, so that pages, the admin and joins
work as with any Django models; nobody else writes to them. What clerks edit stands in
`catalogue`, what only the storage reads in `journal`.
"""

from django.db import models
from django.db.models import F, Q

from django_shop.catalogue import REF, Product, Supplier, SupplierTerms
from django_shop.journal import CommandKey, Fact, OutboxNotice, TouchedKey

# Django looks for all tables of an application here.
__all__ = [
    "Backlog",
    "CommandKey",
    "Fact",
    "Order",
    "OrderLine",
    "OutboxNotice",
    "Portion",
    "Product",
    "Promise",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Stock",
    "Supplier",
    "SupplierTerms",
    "TouchedKey",
]


def _units(**options):
    """Return a column of units, never negative."""
    return models.PositiveBigIntegerField(default=0, editable=False, **options)


class Stock(models.Model):
    """One product at one location: on the shelf, given to lines, kept back."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="stock")
    location = models.CharField(max_length=REF)
    on_hand = _units()
    allocated = _units()
    reserve = _units()

    class Meta:
        """No more is given away than there is."""

        verbose_name_plural = "stock"
        ordering = ("product", "location")
        constraints = (
            models.UniqueConstraint(fields=["product", "location"], name="one_shelf"),
            models.CheckConstraint(
                condition=Q(allocated__lte=F("on_hand")), name="given_units_exist"
            ),
        )

    def __str__(self):
        """Show where it is."""
        return f"{self.product_id} at {self.location}"

    @property
    def free(self):
        """Return the units that a line may be given."""
        return max(self.on_hand - self.allocated - self.reserve, 0)


class Order(models.Model):
    """A customer's order, or with `quoted_until` a quote."""

    ref = models.CharField(max_length=REF, primary_key=True)
    customer = models.CharField(max_length=REF, db_index=True)
    placed_at = models.DateTimeField()
    priority = models.IntegerField(default=0)
    held = models.CharField(max_length=1000, blank=True)
    quoted_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest stand first."""

        ordering = ("-placed_at", "ref")

    def __str__(self):
        """Show the reference."""
        return self.ref


class OrderLine(models.Model):
    """A line, and where each of its units is."""

    ref = models.CharField(max_length=REF, primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="lines")
    ordered = _units()
    allocated = _units()
    shipped = _units()
    cancelled = _units()
    refused = _units()
    returned = _units()
    waiting = models.GeneratedField(
        expression=F("ordered") - F("allocated") - F("shipped") - F("cancelled"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    promised_on = models.DateField(null=True, blank=True)

    class Meta:
        """Every unit is in one place only."""

        ordering = ("order__placed_at", "ref")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    ordered__gte=F("allocated") + F("shipped") + F("cancelled")
                ),
                name="units_are_in_one_place",
            ),
        )

    def __str__(self):
        """Show the reference."""
        return self.ref


class Portion(models.Model):
    """The location at which units of a line queue; a line has one or more."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="portions")
    number = models.PositiveIntegerField()
    location = models.CharField(max_length=REF)

    class Meta:
        """They are numbered within their line."""

        ordering = ("line", "number")
        constraints = (
            models.UniqueConstraint(fields=["line", "number"], name="one_portion"),
        )

    def __str__(self):
        """Show what names it."""
        return f"{self.line_id}, portion {self.number}"


class Promise(models.Model):
    """What a customer was told, and when; never changed, never deleted."""

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    promised_on = models.DateField(null=True, blank=True)
    dates = models.TextField(blank=True)
    reason = models.CharField(max_length=1000)
    evidence = models.CharField(max_length=50)

    class Meta:
        """The oldest stand first."""

        ordering = ("id",)

    def __str__(self):
        """Show what was told."""
        return f"{self.line_id}: {self.dates or 'no date known'}"


class PurchaseOrder(models.Model):
    """An order placed with a supplier."""

    ref = models.CharField(max_length=REF, primary_key=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="orders")
    ordered_at = models.DateTimeField()

    class Meta:
        """The newest stand first."""

        ordering = ("-ordered_at", "ref")

    def __str__(self):
        """Show the reference."""
        return self.ref


class PurchaseOrderLine(models.Model):
    """A purchased product and what came of it; without an order, a transfer."""

    ref = models.CharField(max_length=REF, primary_key=True)
    purchase_order = models.ForeignKey(
        PurchaseOrder, models.PROTECT, related_name="lines", null=True, blank=True
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="purchase_lines")
    destination = models.CharField(max_length=REF)
    ordered = _units()
    accepted = _units()
    closed = _units()
    over = _units()
    rejected = _units()
    open = models.GeneratedField(
        expression=F("ordered") - F("accepted") - F("closed"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    confirmed_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)

    class Meta:
        """No more is settled than was ordered; the rest is `over`."""

        ordering = ("ref",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ordered__gte=F("accepted") + F("closed")),
                name="settled_units_were_ordered",
            ),
        )

    def __str__(self):
        """Show the reference."""
        return self.ref


class Backlog(OrderLine):
    """The lines of which units wait, for the admin's page."""

    class Meta:
        """The same table under another name."""

        proxy = True
        verbose_name_plural = "backlog"

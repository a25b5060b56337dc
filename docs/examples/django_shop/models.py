"""The tables of the shop: its catalogue, its orders and purchases, and its journal.

The journal is the truth: every fact, as JSON, in the order in which it happened. The
orders, purchase orders and stock are what the facts add up to, kept in step with them
by `storage`, so that pages, the admin and joins work as with any Django model. Nobody
else writes to them.

References are the shop's own words, up to 200 characters; they are primary keys.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from backorderkit import InvalidValue, Money
from backorderkit import SupplierTerms as Terms
from backorderkit.checks import check_ref

REF = 200
CURRENCY = "EUR"


def is_reference(value):
    """Refuse what the library would refuse as a reference."""
    try:
        check_ref("reference", value)
    except InvalidValue as error:
        raise ValidationError(str(error)) from error


def _price():
    """Return a column for a price; it may be unknown, never negative."""
    return models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )


def _units(**options):
    """Return a column of units, never negative."""
    return models.PositiveBigIntegerField(default=0, editable=False, **options)


# What the shop decides itself.


class Product(models.Model):
    """Something the shop sells; `most_short` limits how many units may wait."""

    sku = models.CharField(
        "SKU", max_length=REF, primary_key=True, validators=[is_reference]
    )
    name = models.CharField(max_length=REF)
    price = _price()
    most_short = models.PositiveIntegerField(
        null=True, blank=True, help_text="Units that may wait; empty: any number."
    )

    class Meta:
        """Products stand by their SKU."""

        ordering = ("sku",)

    def __str__(self):
        """Show the name."""
        return self.name


class Supplier(models.Model):
    """Somebody the shop buys from."""

    ref = models.CharField(max_length=REF, primary_key=True, validators=[is_reference])
    name = models.CharField(max_length=REF)

    def __str__(self):
        """Show the name."""
        return self.name


class SupplierTerms(models.Model):
    """What a supplier asks for one product."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="terms")
    product = models.ForeignKey(Product, models.PROTECT, related_name="terms")
    lead_time_days = models.PositiveIntegerField()
    price = _price()
    minimum = models.PositiveIntegerField(default=1)
    multiple = models.PositiveIntegerField("pack", default=1)
    preference = models.PositiveIntegerField(default=0, help_text="Lowest is asked.")

    class Meta:
        """A supplier names one price for a product, and whole packs."""

        verbose_name_plural = "supplier terms"
        constraints = (
            models.UniqueConstraint(fields=["supplier", "product"], name="one_offer"),
            models.CheckConstraint(
                condition=Q(minimum__gte=1, multiple__gte=1), name="packs_hold_units"
            ),
        )

    def __str__(self):
        """Show who offers what."""
        return f"{self.supplier_id}, {self.product_id}"

    def value(self):
        """Return the terms as backorderkit reads them."""
        return Terms(
            self.supplier_id,
            self.product_id,
            lead_time_days=self.lead_time_days,
            price=None if self.price is None else Money(self.price, CURRENCY),
            minimum=self.minimum,
            multiple=self.multiple,
            preference=self.preference,
        )


# What the facts add up to.


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
    cause = models.CharField(max_length=1000)
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


# The journal.


class Fact(models.Model):
    """One event, as JSON; positions count from 1 without a gap."""

    position = models.BigIntegerField(primary_key=True)
    event = models.TextField()

    def __str__(self):
        """Show the position."""
        return f"fact {self.position}"


class TouchedKey(models.Model):
    """A pool, an order, a purchase order, …: the row that writers lock.

    `position` is that of the last fact about it.
    """

    key = models.CharField(max_length=1000, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self):
        """Show the key."""
        return self.key


class CommandKey(models.Model):
    """A command that was carried out, and is not carried out again."""

    key = models.CharField(max_length=REF, primary_key=True)

    def __str__(self):
        """Show the key."""
        return self.key


class OutboxNotice(models.Model):
    """A notice to a customer, as JSON, until it was handed over and after."""

    key = models.CharField(max_length=1000, unique=True)
    notice = models.TextField()
    is_sent = models.BooleanField(default=False, db_index=True)

    class Meta:
        """The oldest stand first."""

        ordering = ("id",)
        verbose_name = "notice"

    def __str__(self):
        """Show the key."""
        return self.key

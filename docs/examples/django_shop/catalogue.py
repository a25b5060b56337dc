"""What the shop sells and what its suppliers ask: the tables that clerks edit.

References are the shop's own words, up to 200 characters; they are primary keys.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from backorderkit import Money, SupplierTerms as Terms
from backorderkit.errors import InvalidValue
from backorderkit.values import check_ref

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
                condition=Q(minimum__gte=1, multiple__gte=1),
                name="packs_hold_units",
                violation_error_message="Packs and orders hold one unit or more.",
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

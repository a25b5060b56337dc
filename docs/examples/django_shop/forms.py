"""What people type in, checked and turned into the library's values."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from backorderkit import BackorderError, Line, Money, Order, Receipt, ReceiptLine
from django_shop.catalogue import CURRENCY, Product

MOST_UNITS = 10_000
A_REFERENCE = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\Z",
    "Use letters, digits, points, hyphens: at most 60, no blanks.",
)


def _units(label, **options):
    """Return a field for a number of units."""
    return forms.IntegerField(
        label=label, min_value=0, max_value=MOST_UNITS, required=False, **options
    )


def _day(label):
    """Return a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class OrderForm(forms.Form):
    """A customer's order: an address, and a number of units for each product."""

    customer = forms.EmailField(label="Your e-mail address", max_length=200)

    def __init__(self, *args, **kwargs):
        """Add a field for every product."""
        super().__init__(*args, **kwargs)
        self.products = {f"units_{one.sku}": one for one in Product.objects.all()}
        for name, product in self.products.items():
            price = f", {product.price} {CURRENCY}" if product.price else ""
            self.fields[name] = _units(f"{product.name}{price}")

    def clean(self):
        """Refuse an order of nothing."""
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(name) for name in self.products):
            raise ValidationError("Choose at least one product.")
        return cleaned

    def order(self, ref, placed_at):
        """Return the order under a reference."""
        wanted = [
            (product, self.cleaned_data[name])
            for name, product in self.products.items()
            if self.cleaned_data[name]
        ]
        lines = [
            Line(f"{ref}/{place}", product.sku, units, unit_price=_price(product))
            for place, (product, units) in enumerate(wanted, 1)
        ]
        return Order(ref, self.cleaned_data["customer"], placed_at, lines)


def _price(product):
    """Return what a unit of a product is sold for."""
    return None if product.price is None else Money(product.price, CURRENCY)


class ReceiptForm(forms.Form):
    """A delivery for one purchase order: what was usable of each line, what was not."""

    ref = forms.CharField(label="Delivery note", validators=[A_REFERENCE])

    def __init__(self, purchase_lines, *args, **kwargs):
        """Add the fields of every purchase line."""
        super().__init__(*args, **kwargs)
        self.purchase_lines = list(purchase_lines)
        for line in self.purchase_lines:
            what = f"{line.product.name} ({line.ref})"
            named = {
                "accepted": _units(f"{what}: units accepted, {line.open} open"),
                "rejected": _units(f"{what}: units rejected"),
                "reason": forms.CharField(
                    label=f"{what}: why rejected", required=False, max_length=200
                ),
                "final": forms.BooleanField(
                    label=f"{what}: nothing more will come", required=False
                ),
            }
            self.fields |= {f"{name}_{line.ref}": one for name, one in named.items()}

    def clean(self):
        """Refuse an empty delivery, and what the library refuses of a line."""
        cleaned = super().clean()
        if not self.errors:
            try:
                if not list(self._lines()):
                    raise ValidationError("Enter the units of at least one line.")
            except BackorderError as error:
                raise ValidationError(str(error)) from error
        return cleaned

    def receipt(self, received_at):
        """Return the delivery."""
        return Receipt(self.cleaned_data["ref"], received_at, list(self._lines()))

    def _lines(self) -> Iterator[ReceiptLine]:
        """Yield the lines of which something came."""
        for line in self.purchase_lines:
            came = {
                name: self.cleaned_data[f"{name}_{line.ref}"]
                for name in ("accepted", "rejected", "reason", "final")
            }
            if came["accepted"] or came["rejected"]:
                yield ReceiptLine(
                    line.product_id,
                    came["accepted"] or 0,
                    location=line.destination,
                    purchase_line=line.ref,
                    rejected=came["rejected"] or 0,
                    reason=came["reason"],
                    final=came["final"],
                )


class NewsForm(forms.Form):
    """What a supplier says of a purchase line."""

    reason = forms.CharField(label="What happened (customers read it)", max_length=200)
    confirmed_on = _day("Day the supplier confirms")
    expected_on = _day("Day we believe in, if another")
    open_quantity = _units("Units still to come, if fewer")

    def clean(self):
        """Refuse news that say nothing."""
        cleaned = super().clean()
        if not self.errors and not self.news():
            raise ValidationError("Enter a day, or the units still to come.")
        return cleaned

    def news(self):
        """Return what was filled in."""
        named = ("confirmed_on", "expected_on", "open_quantity")
        found = {name: self.cleaned_data.get(name) for name in named}
        return {name: value for name, value in found.items() if value is not None}

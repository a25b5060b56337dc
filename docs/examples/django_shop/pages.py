"""The customers' pages: place an order, and see where it stands.

A form is good for one order: it carries a signed reference, which is the order's own
once it is sent. Sent twice, it leads to the same order. References cannot be guessed,
for whoever has one sees the order.
"""

from secrets import token_hex

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from backorderkit import BackorderError, expected_dates
from backorderkit.coverage import SupplySource
from django_shop import decisions
from django_shop.counter import counter, was_done_before
from django_shop.forms import OrderForm
from django_shop.models import Order


@require_http_methods(["GET", "HEAD", "POST"])
def order_form(request: HttpRequest) -> HttpResponse:
    """Show the order form, or place the order."""
    if request.method != "POST":
        return _form(request, OrderForm())
    form, ref = OrderForm(request.POST), _reference(request.POST.get("form", ""))
    if ref is None:
        messages.error(request, "This form is too old. Please send it again.")
        return _form(request, form, status=400)
    if not form.is_valid():
        return _form(request, form, status=400)
    order = form.order(ref, timezone.now())
    try:
        plan = counter.carry_out(f"place {ref}", decisions.place(order))
    except BackorderError as error:
        form.add_error(None, str(error))
        return _form(request, form, status=400)
    if not Order.objects.filter(ref=ref).exists():
        form.add_error(None, plan.explain() or "The order was not accepted.")
        return _form(request, form, status=400)
    if was_done_before(plan):
        messages.info(request, "This order was placed before, and only once.")
    return redirect("order_status", ref)


def _form(request: HttpRequest, form: OrderForm, status: int = 200) -> HttpResponse:
    """Show an order form that is good for one new order."""
    signed = signing.dumps(f"O-{token_hex(6).upper()}", salt="order")
    context = {"form": form, "signed": signed}
    return render(request, "shop/order_form.html", context, status=status)


def _reference(signed: str) -> str | None:
    """Return the reference a form is good for; None if it is not ours, or too old."""
    try:
        return signing.loads(signed, salt="order", max_age=24 * 60 * 60)
    except signing.BadSignature:
        return None


@require_safe
def order_status(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what leaves now, when the rest comes, and all that was promised."""
    order = get_object_or_404(
        Order.objects.prefetch_related("lines__promises"), ref=ref
    )
    with counter.book() as book:
        lines = [
            (line, _coming(expected_dates(book, line.ref)))
            for line in order.lines.select_related("product")
        ]
    context = {"order": order, "lines": lines}
    return render(request, "shop/order_status.html", context)


def _coming(portions):
    """Return the portions that are not in stock yet."""
    return [one for one in portions if one.source is not SupplySource.IN_STOCK]

"""The clerks' pages: buy, receive, hear of delays, ship.

Whatever moves goods or dates is shown before it is released. A page that shows a plan
holds the form again, with the plan's ticket and fingerprint; the button releases that
plan, or shows another if the book has moved on (see `previews`).
"""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from backorderkit import BackorderError
from backorderkit.values import Pool
from django_shop import decisions
from django_shop.counter import counter, was_done_before
from django_shop.decisions import Decision
from django_shop.forms import NewsForm, ReceiptForm
from django_shop.models import Order, PurchaseOrder, PurchaseOrderLine, Stock
from django_shop.previews import MovedOn, Preview, Ticket, as_shown, preview

AS_IT_IS = "This is the plan as it is now; nothing was released."
MOVED_ON = f"The book has moved on. {AS_IT_IS}"
TOO_OLD = f"The plan was shown too long ago. {AS_IT_IS}"


@staff_member_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what is on order, what may leave, and the stock."""
    with counter.book() as book:
        given = Order.objects.filter(lines__allocated__gt=0).distinct()
        ready = [one for one in given if book.order(one.ref).is_shippable]
    context = {
        "ready": ready,
        "bought": PurchaseOrderLine.objects.filter(
            open__gt=0, purchase_order__isnull=False
        ).select_related("product", "purchase_order__supplier"),
        "stock": Stock.objects.select_related("product"),
    }
    return render(request, "shop/desk.html", context)


@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def purchases(request: HttpRequest) -> HttpResponse:
    """Show what is missing and from whom it would be ordered; order it."""
    command = _WithoutForm(lambda ticket: decisions.buy(ticket.at))
    return _page(request, "Order what is missing", command)


@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, ref: str) -> HttpResponse:
    """Take in a delivery for a purchase order."""
    order = get_object_or_404(PurchaseOrder, ref=ref)
    # Closed lines too: another clerk may close one while this form is open, and what
    # came of it must not drop out.
    lines = order.lines.select_related("product")
    return _page(request, f"Delivery for {order.ref}", _Delivery(lines))


@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def news(request: HttpRequest, ref: str) -> HttpResponse:
    """Take in a supplier's news of a purchase line."""
    line = get_object_or_404(PurchaseOrderLine, ref=ref)
    return _page(request, f"News of {line.ref}, {line.product}", _News(line))


@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def shipment(request: HttpRequest, ref: str) -> HttpResponse:
    """Let all of an order leave that may."""
    order = get_object_or_404(Order, ref=ref)

    def decision(ticket: Ticket) -> Decision:
        return decisions.ship(order.ref, f"S-{ticket.key[:12]}", ticket.at)

    return _page(request, f"Parcel for {order.ref}", _WithoutForm(decision))


class _WithoutForm:
    """A command with nothing to fill in, and nobody to name but those in its plan."""

    def __init__(self, decision_at: Callable[[Ticket], Decision]) -> None:
        """Remember what is decided."""
        self._decision_at = decision_at

    def form(self, data=None):
        """Return no form."""
        return None

    def decision(self, form, ticket: Ticket) -> Decision:
        """Return the decision."""
        return self._decision_at(ticket)

    def pools(self, form) -> Iterable[Pool]:
        """Return nothing: the plan says whom it is for."""
        return ()


class _Delivery:
    """Taking in a delivery."""

    def __init__(self, lines) -> None:
        """Remember the purchase lines."""
        self.lines = lines

    def form(self, data=None) -> ReceiptForm:
        """Return the form for a delivery."""
        return ReceiptForm(self.lines, data)

    def decision(self, form: ReceiptForm, ticket: Ticket) -> Decision:
        """Return the decision."""
        return decisions.receive(form.receipt(ticket.at))

    def pools(self, form: ReceiptForm) -> Iterable[Pool]:
        """Return where the goods are wanted."""
        return [Pool(line.product_id, line.destination) for line in self.lines]


class _News:
    """Hearing of a purchase line."""

    def __init__(self, line: PurchaseOrderLine) -> None:
        """Remember the purchase line."""
        self.line = line

    def form(self, data=None) -> NewsForm:
        """Return the form for news."""
        return NewsForm(data)

    def decision(self, form: NewsForm, ticket: Ticket) -> Decision:
        """Return the decision."""
        reason = form.cleaned_data["reason"]
        return decisions.hear(self.line.ref, ticket.at, reason, **form.news())

    def pools(self, form: NewsForm) -> Iterable[Pool]:
        """Return nothing: the slip names whose day moves."""
        return ()


def _page(request: HttpRequest, title: str, command) -> HttpResponse:
    """Show a form, the plan it leads to, or release the plan that was shown."""
    context = {"title": title, "form": command.form()}
    if request.method == "POST":
        context["form"] = form = command.form(request.POST)
        if form is not None and not form.is_valid():
            return _show(request, context, status=400)
    elif context["form"] is not None:
        return _show(request, context)
    try:
        if request.POST.get("action") == "release":
            return _release(request, context, command)
        return _show(request, context, _planned(context, command))
    except BackorderError as error:
        messages.error(request, str(error))
        return _show(request, context, status=400)


def _release(request: HttpRequest, context: dict, command) -> HttpResponse:
    """Release the plan that was shown; show another if it is not that one."""
    ticket = Ticket.read(request.POST.get("ticket", ""))
    if ticket is None:
        messages.warning(request, TOO_OLD)
        return _show(request, context, _planned(context, command), status=409)
    decision = command.decision(context["form"], ticket)
    shown = as_shown(decision, request.POST.get("shown", ""))
    try:
        plan = counter.carry_out(ticket.key, shown)
    except MovedOn:
        messages.warning(request, MOVED_ON)
        return _show(request, context, _planned(context, command), status=409)
    _say(request, plan)
    return redirect("desk")


def _planned(context: dict, command) -> Preview:
    """Return the plan that a command leads to now."""
    ticket = Ticket.new()
    decision = command.decision(context["form"], ticket)
    with counter.book() as book:
        return preview(book, decision(book), ticket, command.pools(context["form"]))


def _show(
    request: HttpRequest, context: dict, shown: Preview | None = None, status: int = 200
) -> HttpResponse:
    """Render the page of a command."""
    context |= {"preview": shown}
    return render(request, "shop/command.html", context, status=status)


def _say(request: HttpRequest, plan) -> None:
    """Tell what was done."""
    if was_done_before(plan):
        messages.info(request, "That was done before, and only once.")
    elif plan.is_empty:
        messages.info(request, "There was nothing to do.")
    else:
        messages.success(request, plan.explain())

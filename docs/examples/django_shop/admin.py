"""The admin: the catalogue to edit; the backlog, orders and purchases to read.

What the journal adds up to is changed by commands only, so those pages have no form.
"""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList

from backorderkit import expected_dates, pegs_of_line
from backorderkit.coverage import pegs_of_purchase_line
from django_shop.counter import counter
from django_shop.models import (
    Backlog,
    Order,
    OrderLine,
    Product,
    Promise,
    PurchaseOrder,
    PurchaseOrderLine,
    Stock,
    Supplier,
    SupplierTerms,
)

admin.site.site_header = "The shop"


class ReadOnly:
    """Pages and tables that show and change nothing."""

    def has_add_permission(self, request, obj=None):
        """Refuse to add."""
        return False

    def has_change_permission(self, request, obj=None):
        """Refuse to change."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Refuse to delete."""
        return False


class Terms(admin.TabularInline):
    """What suppliers ask for a product."""

    model = SupplierTerms
    extra = 0


@admin.register(Product)
class ProductPage(admin.ModelAdmin):
    """What the shop sells."""

    list_display = ("sku", "name", "price", "most_short")
    search_fields = ("sku", "name")
    inlines = (Terms,)

    def get_readonly_fields(self, request, obj=None):
        """Let a SKU be what it is once it is known: facts name it."""
        return ("sku",) if obj else ()


@admin.register(Supplier)
class SupplierPage(admin.ModelAdmin):
    """Whom the shop buys from."""

    list_display = ("ref", "name")

    def get_readonly_fields(self, request, obj=None):
        """Let a reference be what it is once it is known: facts name it."""
        return ("ref",) if obj else ()


class Lines(ReadOnly, admin.TabularInline):
    """The lines of an order."""

    model = OrderLine
    fields = ("ref", "product", "ordered", "waiting", "allocated", "shipped")
    readonly_fields = fields


@admin.register(Order)
class OrderPage(ReadOnly, admin.ModelAdmin):
    """Every order."""

    list_display = ("ref", "customer", "placed_at", "held")
    search_fields = ("ref", "customer")
    inlines = (Lines,)


class PurchaseLines(ReadOnly, admin.TabularInline):
    """The lines of a purchase order."""

    model = PurchaseOrderLine
    fields = ("ref", "product", "ordered", "open", "accepted", "expected_on")
    readonly_fields = fields


@admin.register(PurchaseOrder)
class PurchaseOrderPage(ReadOnly, admin.ModelAdmin):
    """Every purchase order."""

    list_display = ("ref", "supplier", "ordered_at")
    list_filter = ("supplier",)
    inlines = (PurchaseLines,)


@admin.register(Stock)
class StockPage(ReadOnly, admin.ModelAdmin):
    """The shelves."""

    list_display = ("product", "location", "on_hand", "allocated", "reserve", "free")


@admin.register(Promise)
class PromisePage(ReadOnly, admin.ModelAdmin):
    """All that customers were told."""

    list_display = ("line", "made_at", "dates", "reason", "evidence")
    list_filter = ("made_at", "evidence")


class WaitsFor(admin.SimpleListFilter):
    """Filters the backlog by the purchase order that covers a line."""

    title = "purchase order"
    parameter_name = "purchase_order"

    def lookups(self, request, model_admin):
        """Offer the purchase orders of which something is open."""
        bought = PurchaseOrder.objects.filter(lines__open__gt=0).distinct()
        return [(one.ref, one.ref) for one in bought]

    def queryset(self, request, queryset):
        """Keep the lines that wait for the chosen one."""
        if self.value() is None:
            return queryset
        bought = PurchaseOrderLine.objects.filter(purchase_order=self.value())
        with counter.book() as book:
            lines = {
                peg.line
                for one in bought
                for peg in pegs_of_purchase_line(book, one.ref)
            }
        return queryset.filter(ref__in=lines)


class BacklogList(ChangeList):
    """One page of the backlog, each line with what the book expects for it."""

    def get_results(self, request):
        """Ask the book once for all lines of the page."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        with counter.book() as book:
            for line in self.result_list:
                coming = expected_dates(book, line.ref)
                line.expected = [one.on for one in coming if one.purchase_line]
                line.pegs = [one.purchase_line for one in pegs_of_line(book, line.ref)]


@admin.register(Backlog)
class BacklogPage(ReadOnly, admin.ModelAdmin):
    """Who waits, since when, what was promised, what is expected from where."""

    list_display = (
        "ref",
        "customer",
        "product",
        "waiting",
        "since",
        "promised_on",
        "expected_on",
        "purchase_lines",
    )
    list_filter = (WaitsFor, "product", "promised_on", "order__placed_at")
    list_select_related = ("order", "product")
    search_fields = ("ref", "order__customer")
    ordering = ("order__placed_at", "ref")

    def get_queryset(self, request):
        """Return the lines of which units wait."""
        return super().get_queryset(request).filter(waiting__gt=0)

    def get_changelist(self, request, **kwargs):
        """Return the list that asks the book."""
        return BacklogList

    @admin.display(ordering="order__customer")
    def customer(self, line):
        """Show who waits."""
        return line.order.customer

    @admin.display(ordering="order__placed_at")
    def since(self, line):
        """Show since when."""
        return line.order.placed_at

    @admin.display(description="expected on")
    def expected_on(self, line):
        """Show the day the last of it comes, as far as anybody knows."""
        days = line.expected
        return max(days) if days and None not in days else None

    @admin.display(description="purchase lines")
    def purchase_lines(self, line):
        """Show what it waits for."""
        return ", ".join(dict.fromkeys(ref for ref in line.pegs if ref)) or None

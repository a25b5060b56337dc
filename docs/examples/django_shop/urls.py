"""The addresses of the shop; whatever a reference may not be is not found."""

from django.contrib import admin
from django.urls import path, register_converter

from django_shop import pages, staff


class Reference:
    """References in addresses: no control characters, no blanks, at most 200."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/[0-9]{1,5})?"

    def to_python(self, value):
        """Take it as it is."""
        return value

    to_url = to_python


register_converter(Reference, "ref")

urlpatterns = [
    path("", pages.order_form, name="order_form"),
    path("orders/<ref:ref>", pages.order_status, name="order_status"),
    path("staff/", staff.desk, name="desk"),
    path("staff/purchases", staff.purchases, name="purchases"),
    path("staff/receipts/<ref:ref>", staff.receipt, name="receipt"),
    path("staff/news/<ref:ref>", staff.news, name="news"),
    path("staff/shipments/<ref:ref>", staff.shipment, name="shipment"),
    path("admin/", admin.site.urls),
]

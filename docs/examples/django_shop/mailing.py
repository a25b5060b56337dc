"""Mail for customers: one message a notice, with the notice's key in a header.

A notice may be sent twice if a process dies between sending and remembering it; the
header `X-Notice-Key` is the same both times, so the second can be told from a new one.
"""

from collections.abc import Callable

from django.core.mail import EmailMessage

from backorderkit import Notice
from backorderkit.errors import InvalidValue
from backorderkit.notices import NoticeKind, NoticeLine
from django_shop.models import Product

SUBJECTS = {
    NoticeKind.CONFIRMED: "We have your order {order}",
    NoticeKind.REFUSED: "What we cannot deliver of {order}",
    NoticeKind.DATE_SET: "The date of your order {order}",
    NoticeKind.DATE_MOVED: "A new date for your order {order}",
    NoticeKind.ARRIVED: "Goods for your order {order} are here",
    NoticeKind.SHIPPED: "Your order {order} is on its way",
    NoticeKind.CANCELLED: "Cancelled in your order {order}",
}

# News of a date is about the units that still wait, which every mail names.
ABOUT = {
    NoticeKind.CONFIRMED: "ready to leave",
    NoticeKind.REFUSED: "not accepted",
    NoticeKind.ARRIVED: "have arrived for you",
    NoticeKind.SHIPPED: "in this parcel",
    NoticeKind.CANCELLED: "cancelled",
}
REMEDY = "Write to us if you would rather not wait."


class MailNotifier:
    """Hands notices to Django's mail.

    Customers of this shop are named by their address; one with accounts gives a
    function that looks the address up.
    """

    def __init__(self, address_of: Callable[[str], str] = str) -> None:
        """Remember how to find a customer's address."""
        self._address_of = address_of

    def send(self, notice: Notice) -> None:
        """Send one notice; raises what the mail server says.

        An address in more than one line would be a header of its own: it is refused.
        """
        address = self._address_of(notice.customer)
        if not address.isprintable():
            remedy = "correct the customer's record: an address is one line"
            raise InvalidValue("address", address, remedy)
        message = EmailMessage(
            subject=subject_of(notice),
            body=text_of(notice),
            to=[address],
            headers={"X-Notice-Key": notice.key},
        )
        message.send()


def subject_of(notice: Notice) -> str:
    """Return the subject of a mail."""
    return SUBJECTS[notice.kind].format(order=notice.order)


def text_of(notice: Notice) -> str:
    """Return the text of a mail: a sentence for each line, and why a date moves."""
    skus = {line.sku for line in notice.lines}
    names = {one.sku: one.name for one in Product.objects.filter(sku__in=skus)}
    said = [
        f"- {names.get(line.sku, line.sku)}: {sentence_of(notice.kind, line)}"
        for line in notice.lines
    ]
    if notice.kind is NoticeKind.DATE_MOVED:
        said += ["", f"Why: {notice.reason}. {REMEDY}"]
    return "\n".join([f"{subject_of(notice)}.", "", *said, "", "Your shop"])


def sentence_of(kind: NoticeKind, line: NoticeLine) -> str:
    """Say what a notice tells of one line: what it is about, then what still waits."""
    said = []
    if kind in ABOUT and (line.quantity or not line.waiting):
        said.append(f"{line.quantity} {ABOUT[kind]}")
    if line.waiting:
        known = ", ".join(f"{one.quantity} on {one.on}" for one in line.dates)
        said.append(f"{line.waiting} still to come: {known or 'no date is known yet'}")
    if line.moved_from:
        said.append(f"we had told you {line.moved_from}")
    return "; ".join(said) + "."

"""The Django shop's pages: orders, purchases, deliveries, delays, parcels, mail."""

import importlib
import re
from datetime import timedelta
from html import unescape

import pytest

from backorderkit import (
    Line,
    Notice,
    Order,
    Receipt,
    ReceiptLine,
    RequestDesk,
    plan_cancellation,
    plan_count,
    plan_receipt,
)
from backorderkit.errors import InvalidValue
from backorderkit.notices import NoticeKind
from backorderkit.testing.notifier_laws import Mailroom, check_notifier

ADA, BOB = "ada@example.com", "bob@example.com"


@pytest.fixture
def loaded(shop, outbox):
    """The shop with its demo data; the mail of that is thrown away.

    Ada has her 3 lamps, bob 1 of 4, cleo none of 2; PO-1 brings 6 lamps, PO-2 a rug.
    """
    shop.demo.load()
    outbox.clear()
    return shop


def field(page, name):
    """Return the value of a hidden field."""
    found = re.search(f'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, page.content.decode()
    return unescape(found[1])


def text(page):
    """Return what a page says, without its marks."""
    body = re.sub(r"<style>.*?</style>", "", page.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def rows(page, caption):
    """Return the cells of the table under a caption, row by row."""
    after = page.content.decode().partition(caption)[2].partition("</table>")[0]
    body = after.partition("<tbody>")[2]
    found = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        for row in body.split("</tr>")
    ]
    clean = [[unescape(re.sub(r"<[^>]*>", "", cell)) for cell in row] for row in found]
    return [[" ".join(cell.split()) for cell in row] for row in clean if row]


def errors(page):
    """Return what a page finds wrong."""
    lists = re.findall(
        r'<ul class="errorlist.*?</ul>', page.content.decode(), re.DOTALL
    )
    return " ".join(unescape(re.sub("<[^>]*>", " ", one)).strip() for one in lists)


def facts(shop):
    """Count what is in the journal."""
    return shop.models.Fact.objects.count()


def ordered(client, **wanted):
    """Fill in the order form, and send it."""
    names = {"chairs": "units_CHAIR", "lamps": "units_LAMP", "rugs": "units_RUG"}
    given = {names[name]: units for name, units in wanted.items()}
    form = field(client.get("/"), "form")
    return client.post("/", {"form": form, "customer": ADA, **given}, follow=True)


def previewed(client, address, **given):
    """Ask a page for its plan; return the page and what its button would send."""
    page = client.post(address, {"action": "preview", **given})
    assert page.status_code == 200, text(page)
    return page, button(page, **given)


def button(page, **given):
    """Return what the button under a plan would send."""
    hidden = {name: field(page, name) for name in ("ticket", "shown")}
    return {"action": "release", **hidden, **given}


DELIVERY = {"ref": "R-1", "accepted_PO-1/1": 4}


def day_of(shop, ref):
    """Return the day on which a purchase line is expected."""
    return shop.models.PurchaseOrderLine.objects.get(ref=ref).expected_on


# Customers


def test_a_customer_sees_what_leaves_now_and_when_the_rest_comes(loaded, client):
    page = ordered(client, lamps=2, chairs=2)
    (chairs, lamps) = rows(page, "Where it stands")
    assert chairs[:5] == ["Oak chair", "2", "1", "0", "1"]
    assert lamps[:5] == ["Desk lamp", "2", "0", "0", "2"]
    bought = loaded.models.PurchaseOrderLine.objects.get(product="LAMP")
    assert lamps[5].startswith(f"1 on {bought.expected_on}; 1 promised for ")
    ledger = rows(page, "Every date we told you")
    assert [row[1] for row in ledger] == ["Oak chair", "Desk lamp"]
    assert ledger[1][2] == f"2 on {bought.expected_on}"
    order = loaded.models.Order.objects.get(customer=ADA, ref__startswith="O-")
    assert [line.waiting for line in order.lines.all()] == [1, 2]


def test_a_form_that_is_sent_twice_places_one_order(loaded, client, outbox):
    given = {"form": field(client.get("/"), "form"), "customer": ADA, "units_LAMP": 1}
    first = client.post("/", given)
    before = facts(loaded)
    again = client.post("/", given | {"units_LAMP": 5}, follow=True)
    assert again.redirect_chain == [(first.url, 302)]
    assert "placed before, and only once" in text(again)
    assert facts(loaded) == before
    assert len(outbox) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose at least one product."),
        ({"units_CHAIR": "0"}, "Choose at least one product."),
        ({"units_CHAIR": "-1"}, "greater than or equal to 0"),
        ({"units_CHAIR": "10001"}, "less than or equal to 10000"),
        ({"units_CHAIR": "2.5"}, "Enter a whole number."),
        ({"units_CHAIR": "lamp"}, "Enter a whole number."),
        ({"units_CHAIR": "1", "customer": "ada"}, "Enter a valid email address."),
        (
            {"units_CHAIR": "1", "customer": "a@b.c\nBcc: all@b.c"},
            "valid email address",
        ),
        ({"units_CHAIR": "1", "customer": ""}, "This field is required."),
    ],
)
def test_an_order_that_cannot_be_is_answered_with_the_reason(
    loaded, client, given, said
):
    before = facts(loaded)
    form = field(client.get("/"), "form")
    page = client.post("/", {"form": form, "customer": ADA, **given})
    assert page.status_code == 400
    assert said in errors(page)
    assert facts(loaded) == before


@pytest.mark.parametrize("form", ["", "O-1", "O-1:1:1", "é"])
def test_a_form_that_is_not_ours_places_nothing(loaded, client, form):
    before = facts(loaded)
    page = client.post("/", {"form": form, "customer": ADA, "units_LAMP": 1})
    assert page.status_code == 400
    assert facts(loaded) == before


@pytest.mark.parametrize("units", [2, 3, 4])
def test_a_product_is_sold_short_as_far_as_its_limit(loaded, client, units):
    loaded.models.Product.objects.filter(sku="CHAIR").update(most_short=2)
    ordered(client, chairs=units)
    line = loaded.models.OrderLine.objects.get(order__ref__startswith="O-")
    found = (line.allocated, line.waiting, line.refused)
    assert found == (1, min(units - 1, 2), max(units - 3, 0))


def test_an_order_of_which_nothing_is_accepted_is_not_placed(loaded, client):
    loaded.models.Product.objects.filter(sku="RUG").update(most_short=0)
    page = ordered(client, rugs=1)
    assert page.status_code == 400
    assert "RUG is not sold short" in errors(page)
    assert not loaded.models.Order.objects.filter(ref__startswith="O-").exists()


@pytest.mark.parametrize("ref", ["O-9", "O-1/x", "..", "O-1%00", "%20", "x" * 300])
def test_an_order_that_is_not_there_is_not_found(loaded, client, ref):
    assert client.get(f"/orders/{ref}").status_code == 404


def test_what_people_type_never_becomes_markup(loaded, client):
    name = "<script>alert(1)</script>"
    loaded.models.Product.objects.filter(sku="CHAIR").update(name=name)
    for page in (client.get("/"), ordered(client, chairs=1)):
        assert "<script>" not in page.content.decode()
        assert name in text(page) or "&lt;script&gt;" in page.content.decode()


# Doors


STAFF = [
    "/staff/",
    "/staff/purchases",
    "/staff/receipts/PO-1",
    "/staff/news/PO-1/1",
    "/staff/shipments/DEMO-1",
]


@pytest.mark.parametrize("address", STAFF)
def test_the_clerks_pages_ask_who_is_there(loaded, client, address):
    for page in (client.get(address), client.post(address)):
        assert (
            page.url.startswith("/admin/login/")
            if page.status_code == 302
            else (page.status_code == 405)
        )


@pytest.mark.parametrize("address", ["/", *STAFF[1:]])
def test_a_form_of_another_site_changes_nothing(loaded, clerk, address):
    before = facts(loaded)
    clerk.handler.enforce_csrf_checks = True
    assert clerk.post(address, {"customer": ADA, "units_LAMP": 1}).status_code == 403
    assert facts(loaded) == before


@pytest.mark.parametrize(
    "address", ["/staff/receipts/PO-9", "/staff/news/PO-9/1", "/staff/news/PO-1/9"]
)
def test_what_was_never_bought_is_not_found(loaded, clerk, address):
    assert clerk.get(address).status_code == 404
    assert clerk.post(address).status_code == 404


# Buying


def test_what_is_missing_is_shown_and_then_ordered_once(loaded, clerk, client, outbox):
    ordered(client, lamps=3)
    outbox.clear()
    before = facts(loaded)
    page = clerk.get("/staff/purchases")
    assert "PO-3 orders 6 units from ACME." in text(page)
    assert facts(loaded) == before
    release = button(page)
    done = clerk.post("/staff/purchases", release, follow=True)
    assert "PO-3 orders 6 units from ACME." in text(done)
    bought = loaded.models.PurchaseOrder.objects.get(ref="PO-3")
    assert (bought.supplier.name, bought.lines.get().open) == ("Acme Lighting", 6)
    known = facts(loaded)
    again = clerk.post("/staff/purchases", release, follow=True)
    assert "done before, and only once" in text(again)
    assert facts(loaded) == known


def test_when_nothing_is_missing_there_is_nothing_to_release(loaded, clerk):
    page = clerk.get("/staff/purchases")
    assert "There is nothing to do." in text(page)
    assert "Release this plan" not in text(page)


# Deliveries


def test_a_delivery_is_shown_with_who_gets_what_and_why(loaded, clerk):
    before = facts(loaded)
    page, _ = previewed(clerk, "/staff/receipts/PO-1", **DELIVERY)
    bob, cleo = rows(page, "Who gets what, and why")
    assert bob[:5] == ["DEMO-2/1", BOB, "LAMP", "3", "3"]
    assert bob[5] == "DEMO-2/1 gets all of 4."
    assert cleo[3:5] == ["2", "1"]
    assert "1 more expected on" in cleo[5]
    assert "R-1 brings 4 units. DEMO-2/1 gets all the 3 it waits for." in text(page)
    assert f"{BOB}, order DEMO-2: arrived" in text(page)
    assert facts(loaded) == before


def test_the_plan_that_was_shown_is_released_and_mailed_once(loaded, clerk, outbox):
    _, release = previewed(clerk, "/staff/receipts/PO-1", **DELIVERY)
    done = clerk.post("/staff/receipts/PO-1", release, follow=True)
    assert "DEMO-3/1 gets 1 of the 2 it waits for." in text(done)
    stock = loaded.models.Stock.objects.get(product="LAMP")
    assert (stock.on_hand, stock.allocated) == (8, 8)
    assert loaded.models.PurchaseOrderLine.objects.get(ref="PO-1/1").open == 2
    told = [(mail.to, mail.extra_headers["X-Notice-Key"]) for mail in outbox]
    assert [to for to, _ in told] == [[BOB], ["cleo@example.com"]]
    assert len({key for _, key in told}) == 2
    again = clerk.post("/staff/receipts/PO-1", release, follow=True)
    assert "done before, and only once" in text(again)
    assert len(outbox) == 2


def test_if_the_book_moved_on_the_new_plan_is_shown_and_nothing_released(
    loaded, clerk, outbox
):
    _, release = previewed(clerk, "/staff/receipts/PO-1", **DELIVERY)
    elsewhere(loaded).carry_out(
        plan_cancellation, "DEMO-2", at=noon(), reason="he found one at home"
    )
    outbox.clear()
    before = facts(loaded)
    page = clerk.post("/staff/receipts/PO-1", release)
    assert page.status_code == 409
    assert "The book has moved on." in text(page)
    assert "DEMO-2/1" not in text(page)
    (cleo,) = rows(page, "Who gets what, and why")
    assert cleo[:5] == ["DEMO-3/1", "cleo@example.com", "LAMP", "1", "1"]
    assert facts(loaded) == before
    assert outbox == []
    clerk.post("/staff/receipts/PO-1", button(page, **DELIVERY))
    assert loaded.models.OrderLine.objects.get(ref="DEMO-3/1").waiting == 0


def test_a_change_of_something_else_does_not_stop_a_release(loaded, clerk):
    _, release = previewed(clerk, "/staff/receipts/PO-1", **DELIVERY)
    elsewhere(loaded).carry_out(plan_count, "CHAIR", 9, at=noon())
    assert clerk.post("/staff/receipts/PO-1", release).status_code == 302
    assert loaded.models.Stock.objects.get(product="LAMP").on_hand == 8


def test_another_delivery_than_the_one_shown_is_not_released(loaded, clerk):
    _, release = previewed(clerk, "/staff/receipts/PO-1", **DELIVERY)
    before = facts(loaded)
    page = clerk.post("/staff/receipts/PO-1", release | {"accepted_PO-1/1": 5})
    assert page.status_code == 409
    assert facts(loaded) == before


@pytest.mark.parametrize("ticket", ["", "x", "WyIyMDI2IiwgImEiXQ:1:1"])
def test_without_a_good_ticket_nothing_is_released(loaded, clerk, ticket):
    _, release = previewed(clerk, "/staff/receipts/PO-1", **DELIVERY)
    before = facts(loaded)
    page = clerk.post("/staff/receipts/PO-1", release | {"ticket": ticket})
    assert page.status_code == 409
    assert "too long ago" in text(page)
    assert facts(loaded) == before


def test_a_plan_that_was_shown_too_long_ago_is_shown_again(loaded, clerk, monkeypatch):
    _, release = previewed(clerk, "/staff/receipts/PO-1", **DELIVERY)
    monkeypatch.setattr(loaded.previews.Ticket, "LASTS", timedelta(seconds=-1))
    assert clerk.post("/staff/receipts/PO-1", release).status_code == 409


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ref": "R-1"}, "Enter the units of at least one line."),
        ({"ref": "", "accepted_PO-1/1": 1}, "This field is required."),
        ({"ref": "R 1", "accepted_PO-1/1": 1}, "no blanks"),
        ({"ref": "R-1", "accepted_PO-1/1": "-1"}, "greater than or equal to 0"),
        ({"ref": "R-1", "accepted_PO-1/1": "x"}, "Enter a whole number."),
        ({"ref": "R-1", "rejected_PO-1/1": 1}, "say why units were rejected"),
    ],
)
def test_a_delivery_that_cannot_be_is_answered_with_the_reason(
    loaded, clerk, given, said
):
    before = facts(loaded)
    for action in ("preview", "release"):
        page = clerk.post("/staff/receipts/PO-1", {"action": action, **given})
        assert page.status_code == 400
        assert said in errors(page)
    assert facts(loaded) == before


def test_a_delivery_note_is_booked_once(loaded, clerk):
    _, release = previewed(clerk, "/staff/receipts/PO-1", **DELIVERY)
    clerk.post("/staff/receipts/PO-1", release)
    page = clerk.post("/staff/receipts/PO-1", {"action": "preview", **DELIVERY})
    assert page.status_code == 400
    assert "receipt 'R-1' is already recorded" in text(page)


def test_rejected_goods_stay_owed_and_a_final_delivery_closes_the_rest(loaded, clerk):
    given = {
        "ref": "R-1",
        "accepted_PO-1/1": 2,
        "rejected_PO-1/1": 3,
        "reason_PO-1/1": "broken",
    }
    _, release = previewed(clerk, "/staff/receipts/PO-1", **given)
    clerk.post("/staff/receipts/PO-1", release)
    line = loaded.models.PurchaseOrderLine.objects.get(ref="PO-1/1")
    assert (line.accepted, line.rejected, line.open) == (2, 3, 4)
    given = {"ref": "R-2", "accepted_PO-1/1": 1, "final_PO-1/1": "on"}
    _, release = previewed(clerk, "/staff/receipts/PO-1", **given)
    clerk.post("/staff/receipts/PO-1", release)
    line.refresh_from_db()
    assert (line.accepted, line.closed, line.open) == (3, 3, 0)


def test_customers_are_not_told_the_number_of_a_delivery_note(loaded, clerk, client):
    given = {"ref": "NOTE-77", "accepted_PO-1/1": 1, "final_PO-1/1": "on"}
    loaded.models.SupplierTerms.objects.update(lead_time_days=30)
    _, release = previewed(clerk, "/staff/receipts/PO-1", **given)
    clerk.post("/staff/receipts/PO-1", release)
    page = client.get("/orders/DEMO-3")
    assert "goods arrived" in [row[3] for row in rows(page, "Every date we told you")]
    assert "NOTE-77" not in text(page)


def test_a_delivery_that_closes_its_line_is_released_once_too(loaded, clerk, outbox):
    given = {"ref": "R-1", "accepted_PO-2/1": 1}
    _, release = previewed(clerk, "/staff/receipts/PO-2", **given)
    clerk.post("/staff/receipts/PO-2", release)
    assert len(outbox) == 1
    again = clerk.post("/staff/receipts/PO-2", release, follow=True)
    assert "done before, and only once" in text(again)
    assert loaded.models.Stock.objects.get(product="RUG").on_hand == 1


def test_what_came_of_a_line_that_somebody_else_closed_is_not_left_out(loaded, clerk):
    given = {"ref": "R-1", "accepted_PO-2/1": 2}
    _, release = previewed(clerk, "/staff/receipts/PO-2", **given)
    first = Receipt("R-0", noon(), [ReceiptLine("RUG", 1, purchase_line="PO-2/1")])
    elsewhere(loaded).carry_out(plan_receipt, first)
    page = clerk.post("/staff/receipts/PO-2", release)
    assert page.status_code == 409
    assert "PO-2/1: 2 more came than were open; they are free stock" in text(page)
    clerk.post("/staff/receipts/PO-2", button(page, **given))
    assert loaded.models.Stock.objects.get(product="RUG").on_hand == 3


# Delays


def test_a_delay_is_shown_with_whose_day_moves_and_told_to_exactly_those(
    loaded, clerk, outbox
):
    bought = loaded.models.PurchaseOrderLine.objects.get(ref="PO-1/1")
    late = bought.expected_on + timedelta(days=9)
    given = {"reason": "a storm", "confirmed_on": late.isoformat()}
    page, release = previewed(clerk, "/staff/news/PO-1/1", **given)
    moves = rows(page, "Whose day moves: 5 units")
    assert [(row[0], row[2], row[4]) for row in moves] == [
        ("DEMO-2/1", "3", late.isoformat()),
        ("DEMO-3/1", "2", late.isoformat()),
    ]
    assert f"to {BOB} for DEMO-2/1 cannot be kept" in text(page)
    assert f"{BOB}, order DEMO-2: date_moved" in text(page)
    before = [line.promises.count() for line in loaded.models.OrderLine.objects.all()]
    clerk.post("/staff/news/PO-1/1", release)
    bought.refresh_from_db()
    assert (bought.expected_on, bought.confirmed_on) == (late, late)
    line = loaded.models.OrderLine.objects.get(ref="DEMO-2/1")
    assert (line.promised_on, line.promises.last().reason) == (late, "a storm")
    assert [mail.to for mail in outbox] == [[BOB], ["cleo@example.com"]]
    assert "we had told you" in outbox[0].body
    after = [line.promises.count() for line in loaded.models.OrderLine.objects.all()]
    assert sum(after) == sum(before) + 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": "late"}, "Enter a day, or the units still to come."),
        ({"expected_on": "2026-03-01"}, "This field is required."),
        ({"reason": "late", "expected_on": "soon"}, "Enter a valid date."),
        ({"reason": "late", "open_quantity": "-1"}, "greater than or equal to 0"),
    ],
)
def test_news_that_say_nothing_are_answered_with_the_reason(loaded, clerk, given, said):
    page = clerk.post("/staff/news/PO-1/1", {"action": "preview", **given})
    assert page.status_code == 400
    assert said in errors(page)


def test_more_than_was_bought_cannot_be_still_to_come(loaded, clerk):
    given = {"action": "preview", "reason": "more", "open_quantity": 7}
    page = clerk.post("/staff/news/PO-1/1", given)
    assert page.status_code == 400
    assert "cannot expect 7 of 'PO-1/1', only 6" in text(page)


def test_news_that_close_a_line_are_released_once(loaded, clerk):
    given = {"reason": "no longer made", "open_quantity": 0}
    _, release = previewed(clerk, "/staff/news/PO-2/1", **given)
    clerk.post("/staff/news/PO-2/1", release)
    assert loaded.models.PurchaseOrderLine.objects.get(ref="PO-2/1").closed == 1
    again = clerk.post("/staff/news/PO-2/1", release, follow=True)
    assert "done before, and only once" in text(again)


def test_of_a_closed_line_there_are_no_more_news(loaded, clerk):
    given = {"reason": "no longer made", "open_quantity": 0}
    _, release = previewed(clerk, "/staff/news/PO-2/1", **given)
    clerk.post("/staff/news/PO-2/1", release)
    page = clerk.post("/staff/news/PO-2/1", {"action": "preview", **given})
    assert page.status_code == 400
    assert "open quantity of PO-2/1 is 0" in text(page)


# Parcels


def test_a_parcel_is_shown_and_then_leaves_once(loaded, clerk, outbox):
    assert "Ship DEMO-1" in text(clerk.get("/staff/"))
    before = facts(loaded)
    page = clerk.get("/staff/shipments/DEMO-1")
    assert "DEMO-1 ships 3 units in S-" in text(page)
    assert f"{ADA}, order DEMO-1: shipped" in text(page)
    assert facts(loaded) == before
    for _ in range(2):
        done = clerk.post("/staff/shipments/DEMO-1", button(page), follow=True)
    assert "done before, and only once" in text(done)
    line = loaded.models.OrderLine.objects.get(ref="DEMO-1/1")
    assert (line.shipped, line.allocated) == (3, 0)
    assert [mail.subject for mail in outbox] == ["Your order DEMO-1 is on its way"]
    assert "Ship DEMO-1" not in text(clerk.get("/staff/"))


def test_a_parcel_that_grew_since_it_was_shown_stays(loaded, clerk):
    page = clerk.get("/staff/shipments/DEMO-2")
    assert "DEMO-2 ships 2 units" in text(page)
    elsewhere(loaded).carry_out(plan_count, "LAMP", 5, at=noon())
    grown = clerk.post("/staff/shipments/DEMO-2", button(page))
    assert grown.status_code == 409
    assert "DEMO-2 ships 3 units" in text(grown)
    clerk.post("/staff/shipments/DEMO-2", button(grown))
    assert loaded.models.OrderLine.objects.get(ref="DEMO-2/1").shipped == 2


def test_an_order_with_nothing_to_ship_is_answered_with_the_reason(loaded, clerk):
    page = clerk.get("/staff/shipments/DEMO-3")
    assert page.status_code == 400
    assert "nothing of it may leave yet" in text(page)


# The admin


BACKLOG = "/admin/shop/backlog/"


def test_the_backlog_says_who_waits_for_what_since_when_and_until_when(loaded, clerk):
    page = clerk.get(BACKLOG)
    cells = [
        unescape(re.sub("<[^>]*>", "", cell))
        for cell in re.findall(
            r'<t[hd] class="field-[^>]*>(.*?)</t[hd]>', page.content.decode()
        )
    ]
    waiting = [cells[start : start + 8] for start in range(0, len(cells), 8)]
    assert [(row[0], row[1], row[3], row[7]) for row in waiting] == [
        ("DEMO-2/1", BOB, "3", "PO-1/1"),
        ("DEMO-3/1", "cleo@example.com", "2", "PO-1/1"),
        ("DEMO-3/2", "cleo@example.com", "1", "PO-2/1"),
    ]
    assert all(row[5] == row[6] for row in waiting)


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ("purchase_order=PO-1", ["DEMO-2/1", "DEMO-3/1"]),
        ("purchase_order=PO-2", ["DEMO-3/2"]),
        ("purchase_order=PO-9", []),
        ("product__sku__exact=RUG", ["DEMO-3/2"]),
        ("q=bob", ["DEMO-2/1"]),
    ],
)
def test_the_backlog_is_filtered(loaded, clerk, asked, lines):
    page = clerk.get(f"{BACKLOG}?{asked}")
    assert [line.ref for line in page.context["cl"].result_list] == lines


def test_a_pack_of_nothing_is_refused_in_words(loaded):
    invalid = importlib.import_module("django.core.exceptions").ValidationError
    terms = loaded.models.SupplierTerms.objects.first()
    terms.multiple = 0
    with pytest.raises(invalid, match="hold one unit or more"):
        terms.full_clean()


READ_ONLY = ["backlog", "order", "purchaseorder", "stock", "promise"]


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_the_journal_adds_up_to_is_only_shown(loaded, clerk, model):
    address = f"/admin/shop/{model}/"
    page = clerk.get(address)
    assert page.status_code == 200
    assert clerk.get(f"{address}add/").status_code == 403
    first = str(page.context["cl"].result_list[0].pk).replace("/", "_2F")
    assert clerk.get(f"{address}{first}/change/").status_code == 200
    assert clerk.post(f"{address}{first}/change/", {}).status_code == 403
    assert clerk.post(f"{address}{first}/delete/", {"post": "yes"}).status_code == 403


# Mail


def test_a_mail_says_each_figure_once(loaded, client, clerk, outbox):
    ordered(client, chairs=2)
    (rest,) = loaded.models.OrderLine.objects.filter(product="CHAIR", waiting=1)
    day = rest.promised_on
    assert outbox.pop().body.split("\n")[2] == (
        f"- Oak chair: 1 ready to leave; 1 still to come: 1 on {day}."
    )
    ordered(client, chairs=1)
    assert outbox.pop().body.split("\n")[2] == (
        f"- Oak chair: 1 still to come: 1 on {day}."
    )
    old, new = day_of(loaded, "PO-2/1"), day_of(loaded, "PO-2/1") + timedelta(days=9)
    given = {"reason": "a storm", "expected_on": new.isoformat()}
    _, release = previewed(clerk, "/staff/news/PO-2/1", **given)
    clerk.post("/staff/news/PO-2/1", release)
    assert outbox.pop().body.split("\n")[2:5] == [
        f"- Wool rug: 1 still to come: 1 on {new}; we had told you {old}.",
        "",
        "Why: a storm. Write to us if you would rather not wait.",
    ]


def test_mail_that_cannot_leave_waits_and_leaves_later_under_the_same_key(
    loaded, client, outbox, monkeypatch
):
    errors_of_django = importlib.import_module("django.core.management")

    def fail(self, notice):
        raise OSError("no mail server")

    with monkeypatch.context() as broken:
        broken.setattr(loaded.mailing.MailNotifier, "send", fail)
        assert ordered(client, lamps=1).status_code == 200
        with pytest.raises(errors_of_django.CommandError, match="could not be handed"):
            loaded.run("send_notices")
    waiting = loaded.models.OutboxNotice.objects.get(is_sent=False)
    assert outbox == []
    loaded.run("send_notices")
    assert [mail.extra_headers["X-Notice-Key"] for mail in outbox] == [waiting.key]
    loaded.run("send_notices")
    assert len(outbox) == 1


def test_the_mail_keeps_all_a_notifier_owes(loaded, outbox, monkeypatch):
    backend = importlib.import_module("django.core.mail.backends.locmem").EmailBackend

    def fail(*messages):
        raise OSError("no mail server")

    def make():
        outbox.clear()
        monkeypatch.undo()
        return Mailroom(
            loaded.mailing.MailNotifier(lambda customer: ADA),
            lambda: [mail.extra_headers["X-Notice-Key"] for mail in outbox],
            cut=lambda: monkeypatch.setattr(backend, "send_messages", fail),
            mend=monkeypatch.undo,
        )

    assert len(check_notifier(make)) >= 8


@pytest.mark.parametrize("hidden", ["\r\n", "\n", "\r", "\x00", "\u2028"])
def test_an_address_of_two_lines_is_refused_before_any_mail(loaded, outbox, hidden):
    address = f"{ADA}{hidden}Bcc: everybody@example.com"
    mail = loaded.mailing.MailNotifier(lambda customer: address)
    notice = Notice(
        NoticeKind.SHIPPED, ADA, "O-1", (), reason="S-1", key="k", at=noon()
    )
    with pytest.raises(InvalidValue, match="correct the customer's record"):
        mail.send(notice)
    assert outbox == []


# One process of several


def elsewhere(shop):
    """Return a desk of another process."""
    return RequestDesk(shop.storage.DjangoRepository(), shop.counter.POLICY)


def noon():
    """Return the time."""
    return importlib.import_module("django.utils.timezone").now()


def test_a_page_shows_what_another_process_saved(loaded, client):
    order = Order("O-77", ADA, noon(), [Line("O-77/1", "LAMP", 2)])
    elsewhere(loaded).carry_out(loaded.decisions.place(order))
    (lamps,) = rows(client.get("/orders/O-77"), "Where it stands")
    assert lamps[:5] == ["Desk lamp", "2", "0", "0", "2"]


def test_the_demo_is_loaded_once(loaded):
    before = facts(loaded)
    assert loaded.demo.load() == ""
    assert facts(loaded) == before


def test_the_tables_are_those_of_the_migrations(loaded):
    loaded.run("makemigrations", check=True, dry_run=True, verbosity=0)
    loaded.run("check", fail_level="WARNING")

"""People and organisations: the list, their pages, and merging duplicates."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.clients.models import Organisation, Person
from otklik.desk import clients as verbs
from otklik.desk.access import DeskRequest, answering, members
from otklik.desk.shell import page
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.lib import keyset
from otklik.tickets.models import Ticket

from .ticket import told

TICKETS_SHOWN = 30


@members
def clients(request: DeskRequest) -> HttpResponse:
    """Everybody who writes to us, the newest first; `?text=` looks among them."""
    text = request.GET.get("text", "")
    people = verbs.find_people(text, Person.objects.visible_to(request.user))
    people = people.select_related("organisation").prefetch_related("addresses")
    try:
        rows = keyset.page(people, order=("created_at", "id"), cursor=request.GET.get("after", ""))
    except keyset.BadCursor:
        return redirect("desk:clients")
    organisations = Organisation.objects.visible_to(request.user).filter(name__icontains=text)[:20] if text else ()
    return page(request, "desk/clients/list.html", here="clients", people=rows, text=text, organisations=organisations)


@members
def person(request: DeskRequest, pk: int) -> HttpResponse:
    """One person; a merged one leads to who remained."""
    merged = Person.objects.filter(pk=pk).exclude(merged_into=None).first()
    if merged:
        return redirect("desk:person", merged.merged_into_id)
    found = get_object_or_404(Person.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    form = verbs.PersonForm(request.POST or None, instance=found)
    if form.is_valid() and request.user.can_answer:
        before = Person.objects.get(pk=pk)
        verbs.change_person(before, form, by=request.user)
        messages.success(request, _("The client was saved."))
        return redirect("desk:person", pk)
    tickets = Ticket.objects.visible_to(request.user).filter(client=pk).with_people().order_by("-opened_at")
    return page(
        request,
        "desk/clients/person.html",
        here="clients",
        person=found,
        form=form,
        address_form=verbs.AddressForm(),
        tickets=tickets[:TICKETS_SHOWN],
        namesakes=verbs.namesakes(found, Person.objects.visible_to(request.user))[:5],
        lines=narrate(Event.objects.about(found).order_by("-id")[:50]),
    )


@require_POST
@answering
def addresses(request: DeskRequest, pk: int) -> HttpResponse:
    """Add one address to a person."""
    found = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    form = verbs.AddressForm(request.POST)
    try:
        if form.is_valid():
            verbs.add_address(found, form.cleaned_data)
    except ValidationError as refusal:
        told(request, refusal)
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect("desk:person", pk)


@require_POST
@answering
def absorb(request: DeskRequest, pk: int) -> HttpResponse:
    """Merge a duplicate into this person."""
    people = Person.objects.visible_to(request.user)
    keeper = get_object_or_404(people, pk=pk)
    number = request.POST.get("duplicate", "")
    duplicate = people.filter(pk=number).first() if number.isdecimal() else None
    if duplicate and keeper.absorb(duplicate, by=request.user):
        messages.success(request, _("%(name)s and the duplicate are one client now.") % {"name": keeper.name})
    else:
        messages.error(request, _("Nothing was merged: choose another client that was not merged yet."))
    return redirect("desk:person", pk)


@members
def organisation(request: DeskRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    form = verbs.OrganisationForm(request.POST or None, instance=found)
    if form.is_valid() and request.user.can_answer:
        verbs.keep_organisation(form, by=request.user)
        messages.success(request, _("The organisation was saved."))
        return redirect("desk:organisation", pk)
    tickets = Ticket.objects.visible_to(request.user).filter(client__organisation=pk).with_people()
    people = Person.objects.visible_to(request.user).filter(organisation=pk).prefetch_related("addresses")[:100]
    context = {"organisation": found, "form": form, "people": people}
    return page(
        request,
        "desk/clients/organisation.html",
        here="clients",
        tickets=tickets.order_by("-opened_at")[:TICKETS_SHOWN],
        **context,
    )


@answering
def new_organisation(request: DeskRequest) -> HttpResponse:
    form = verbs.OrganisationForm(request.POST or None)
    if form.is_valid():
        return redirect("desk:organisation", verbs.keep_organisation(form, by=request.user).pk)
    return page(request, "desk/clients/new_organisation.html", here="clients", form=form)

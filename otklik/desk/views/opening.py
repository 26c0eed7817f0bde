"""A new ticket on behalf of a client."""

from django.http import HttpResponse
from django.shortcuts import redirect

from otklik.clients.models import Person
from otklik.desk.access import DeskRequest, answering
from otklik.desk.opening import OpenForm, open_for_client, starting_with
from otklik.desk.shell import page
from otklik.lib.errors import OtklikError
from otklik.tickets.models import Ticket


@answering
def open_new(request: DeskRequest) -> HttpResponse:
    """The form; `?client=` fills in somebody known."""
    number = request.GET.get("client", "")
    known = Person.objects.visible_to(request.user).filter(pk=number).first() if number.isdecimal() else None
    form = OpenForm(request.POST or None, initial=starting_with(known, request.user))
    if form.is_valid():
        try:
            return _go_to(open_for_client(form.cleaned_data, by=request.user), request)
        except OtklikError as refusal:
            form.add_error(None, str(refusal))
    return page(request, "desk/open.html", form=form)


def _go_to(ticket: Ticket, request: DeskRequest) -> HttpResponse:
    """To the new ticket; a member who handed it straight to a team they are not in goes back to the queue."""
    seen = Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists()
    return redirect(ticket) if seen else redirect("desk:home")

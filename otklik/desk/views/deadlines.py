"""Why a promise is due when it is."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from otklik.desk import deadlines
from otklik.desk.access import DeskRequest, members
from otklik.desk.shell import page
from otklik.sla.models import Clock

from .ticket import find_ticket


@members
def why(request: DeskRequest, number: int, pk: int) -> HttpResponse:
    """The working intervals that add up to a deadline, with the agreement and the calendar, in whole sentences."""
    ticket = find_ticket(request, number)
    clocks = Clock.objects.filter(ticket=ticket).select_related("policy", "calendar", "ticket")
    clock = get_object_or_404(clocks.prefetch_related("runs", "calendar__days"), pk=pk)
    return page(request, "desk/ticket/why.html", ticket=ticket, clock=clock, why=deadlines.why(clock))

"""The palette: everything by typing a little of its name."""

from django.http import HttpResponse

from otklik.desk.access import DeskRequest, members
from otklik.desk.palette import commands, find, jump
from otklik.desk.shell import part
from otklik.tickets.models import Ticket


@members
def palette(request: DeskRequest) -> HttpResponse:
    """The commands that fit what was typed; `?ticket=` is the one that is open."""
    text, number = request.GET.get("text", "")[:200], request.GET.get("ticket", "")
    known = number.isdecimal() and len(number) < 19
    ticket = Ticket.objects.visible_to(request.user).filter(pk=number).first() if known else None
    found = find(text, commands(request.user, ticket))
    return part(request, "desk/palette/list.html", found=found, text=text.strip(), jump=jump(text, request.user))

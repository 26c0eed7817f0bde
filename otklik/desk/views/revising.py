"""Changing what one has written, within half an hour of it."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from otklik.desk.access import DeskRequest, answering
from otklik.desk.editor import editable, plain, written
from otklik.desk.shell import page
from otklik.lib.errors import OtklikError
from otklik.tickets.errors import TooLateToRevise
from otklik.tickets.models import Message
from otklik.tickets.revising import WINDOW, can_revise
from otklik.tickets.revising import revise as say_instead

MINUTE = timedelta(minutes=1)


class ReviseForm(forms.Form):
    """`html` is what the editor wrote; without it the text counts."""

    text = forms.CharField(required=False, max_length=500_000, strip=False)
    html = forms.CharField(required=False, max_length=1_000_000)

    @property
    def words(self) -> dict[str, str]:
        html = written(self.cleaned_data["html"])
        return {"text": plain(html) if html else self.cleaned_data["text"], "html": html}


@answering
def revise(request: DeskRequest, pk: int) -> HttpResponse:
    """Let a message say something else. What was typed stays when it is refused."""
    found = Message.objects.visible_to(request.user).select_related("ticket__client", "ticket__team", "member")
    message, at = get_object_or_404(found, pk=pk), now()
    where = f"{message.ticket.get_absolute_url()}#message-{message.pk}"
    form = ReviseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if say_instead(message, by=request.user, at=at, **form.words):
                messages.success(request, _("The message was changed."))
            return redirect(where)
        except OtklikError as refusal:
            form.add_error(None, str(refusal))
    elif request.method != "POST" and not can_revise(message, request.user, at=at):
        messages.error(request, str(TooLateToRevise(minutes=WINDOW // MINUTE)))
        return redirect(where)
    deliveries = message.deliveries.all()
    context = {
        "message": message,
        "form": form,
        "where": where,
        "until": message.at + WINDOW,
        "text": request.POST.get("text", message.text),
        "html": editable(message.ticket, written(request.POST["html"]) if "html" in request.POST else message.html),
        "has_left": any(delivery.may_have_left for delivery in deliveries),
        "readers": [delivery.address for delivery in deliveries if not delivery.is_hidden],
    }
    response = page(request, "desk/ticket/revise.html", **context)
    response.status_code = 422 if form.errors else 200
    return response

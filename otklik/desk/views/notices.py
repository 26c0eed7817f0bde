"""What a member should know of: the notices, and which of them are mailed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.desk.approvals import waiting_for
from otklik.desk.shell import page
from otklik.journal.kinds import narrate
from otklik.notices.mailing import address_of, ticket_of
from otklik.notices.models import Notice, PushKey, Subscription, Topic, Wishes, is_mailed, is_pushed, mark_seen, switch
from otklik.staff.models import Member
from otklik.tickets.models import Ticket

SHOWN = 50


class SwitchesForm(forms.ModelForm[Wishes]):
    """Which topics are mailed, how and when."""

    mailed = forms.MultipleChoiceField(choices=Topic.choices, required=False)
    pushed = forms.MultipleChoiceField(choices=Topic.choices, required=False)

    class Meta:
        model = Wishes
        fields = ["mailing", "mail_in_hours", "push_in_hours"]

    @property
    def topics(self) -> list[tuple[str, Any, bool, bool]]:
        """Each topic, its label, and whether it is mailed and pushed."""
        mailed, pushed = self["mailed"].value() or (), self["pushed"].value() or ()
        return [(key, label, key in mailed, key in pushed) for key, label in Topic.choices]


@members
def notices(request: DeskRequest) -> HttpResponse:
    newest = list(Notice.objects.filter(member=request.user).select_related("event").order_by("-pk")[:SHOWN])
    lines, subjects = narrate(notice.event for notice in newest), _subjects(newest, request.user)
    told = [(notice, line, subjects.get(ticket_of(notice.event))) for notice, line in zip(newest, lines, strict=True)]
    form = SwitchesForm(instance=Wishes.of([request.user])[request.user.pk], initial=_chosen(request.user))
    browsers = {
        "browsers": Subscription.objects.alive(now()).filter(member=request.user),
        "push_key": PushKey.current().public,
    }
    waiting = len(waiting_for(request.user))
    return page(request, "desk/notices.html", here="notices", told=told, form=form, waiting=waiting, **browsers)


def _subjects(told: list[Notice], member: Member) -> dict[int | None, str]:
    """What the tickets are called; of one that went out of sight meanwhile the number alone is told."""
    tickets = {number for notice in told if (number := ticket_of(notice.event))}
    return dict(Ticket.objects.visible_to(member).filter(pk__in=tickets).values_list("pk", "subject"))


def _chosen(member: Member) -> dict[str, list[str]]:
    ways = {"mailed": is_mailed(member), "pushed": is_pushed(member)}
    return {way: [topic for topic, is_chosen in topics.items() if is_chosen] for way, topics in ways.items()}


@require_POST
@members
def follow(request: DeskRequest, pk: int) -> HttpResponse:
    """To what a notice is about; the notice is seen then, and the others of the same ticket too."""
    notice = get_object_or_404(Notice.objects.select_related("event"), pk=pk, member=request.user)
    if (ticket := ticket_of(notice.event)) is not None:
        mark_seen(request.user, ticket=ticket)
    else:
        notice.see()
    return redirect(address_of(notice.event))


@require_POST
@members
def all_seen(request: DeskRequest) -> HttpResponse:
    mark_seen(request.user)
    return redirect("desk:notices")


@require_POST
@members
def switches(request: DeskRequest) -> HttpResponse:
    """Keep how notices are mailed, and which topics are: those whose boxes are ticked."""
    form = SwitchesForm(request.POST, instance=Wishes.of([request.user])[request.user.pk])
    if not form.is_valid():
        return HttpResponse(status=400)
    form.instance.keep()
    switch(request.user, **{way: set(form.cleaned_data[way]) for way in ("mailed", "pushed")})
    messages.success(request, _("Your choice was saved."))
    return redirect("desk:notices")

"""What a member should know of: the notices, and which of them are mailed."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from otklik.desk.access import DeskRequest, members
from otklik.desk.approvals import waiting_for
from otklik.desk.shell import page
from otklik.journal.kinds import narrate
from otklik.notices.mailing import address_of
from otklik.notices.models import Notice, Topic, Wishes, is_mailed, mark_seen, switch

SHOWN = 50


class SwitchesForm(forms.ModelForm[Wishes]):
    """Which topics are mailed, how and when."""

    mailed = forms.MultipleChoiceField(
        label=gettext_lazy("Tell me by mail too"),
        choices=Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "A notice about one ticket can be answered from your mail program: the answer goes to the client. "
            "Begin with #note to leave an internal note, with #close to close the ticket."
        ),
    )

    class Meta:
        model = Wishes
        fields = ["mailing", "mail_in_hours"]


@members
def notices(request: DeskRequest) -> HttpResponse:
    newest = list(Notice.objects.filter(member=request.user).select_related("event").order_by("-pk")[:SHOWN])
    told = list(zip(newest, narrate(notice.event for notice in newest), strict=True))
    mailed = [topic for topic, chosen in is_mailed(request.user).items() if chosen]
    form = SwitchesForm(instance=Wishes.of([request.user])[request.user.pk], initial={"mailed": mailed})
    waiting = len(waiting_for(request.user))
    return page(request, "desk/notices.html", here="notices", told=told, form=form, waiting=waiting)


@require_POST
@members
def follow(request: DeskRequest, pk: int) -> HttpResponse:
    """To the ticket that a notice is about; the notice is seen then, and the others of that ticket too."""
    notice = get_object_or_404(Notice.objects.select_related("event"), pk=pk, member=request.user)
    mark_seen(request.user, ticket=notice.event.about_id)
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
    switch(request.user, mailed=set(form.cleaned_data["mailed"]))
    messages.success(request, _("Your choice was saved."))
    return redirect("desk:notices")

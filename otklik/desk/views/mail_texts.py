"""The words of the mails that Otklik writes, for administrators."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from otklik.channels.email.models import MailTemplate
from otklik.desk.access import DeskRequest, administrators
from otklik.desk.mail_texts import KINDS, TextForm, placeholders, shown, text_of, wordings
from otklik.desk.shell import is_htmx, part
from otklik.staff.models import Language
from otklik.tickets.models import Channel

from .settings import settings_page


@administrators
def mail_texts(request: DeskRequest) -> HttpResponse:
    return settings_page(request, "desk/mail_texts/list.html", current="mail_texts", rows=list(wordings()))


@administrators
def mail_text(request: DeskRequest, kind: str, language: str, pk: int | None = None) -> HttpResponse:
    """Change one text; what it becomes on a real ticket is shown while it is typed."""
    if kind not in KINDS or language not in Language:
        raise Http404
    channel = get_object_or_404(Channel, kind="email", pk=pk) if pk else None
    template = text_of(kind, language, channel)
    form = TextForm(request.POST or None, instance=template)
    if "remove" in request.POST:
        return _remove(request, template)
    is_good = form.is_valid()  # it has written what was typed into the template, be it good or not
    if "preview" in request.POST and is_htmx(request):
        return part(request, "desk/mail_texts/preview.html", shown=shown(template, request.user))
    if is_good and "preview" not in request.POST:
        form.keep()
        messages.success(request, _("The text was saved. The next mail is written with it."))
        return redirect("desk:mail_texts")
    return _screen(request, template, form)


def _remove(request: DeskRequest, template: MailTemplate) -> HttpResponse:
    if template.pk:
        template.delete()
        messages.success(request, _("The text was removed."))
    return redirect("desk:mail_texts")


def _screen(request: DeskRequest, template: MailTemplate, form: TextForm) -> HttpResponse:
    return settings_page(
        request,
        "desk/mail_texts/edit.html",
        current="mail_texts",
        words=template,
        form=form,
        mailboxes=Channel.objects.active().filter(kind="email"),
        placeholders=placeholders(template),
        shown=shown(template, request.user),
    )

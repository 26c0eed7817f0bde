"""What a person reads when everything has started: where to look and how to send a first message."""

from django.conf import settings
from django.utils.translation import gettext as _
from sesame.utils import get_token

from otklik.staff.models import Member
from otklik.tickets.models import Channel

SIGN_IN = "/staff/link/"  # as `reverse` says it, which would load every page first: half of what preparing takes


def greeting() -> str:
    """A few lines for the terminal. The sign-in link works once, for a day."""
    lines = [_("Otklik is running. Ctrl+C stops it."), "", _("Web pages:  %(url)s") % {"url": settings.URL + "/"}]
    administrator = Member.objects.active().filter(role=Member.Role.ADMINISTRATOR).order_by("pk").first()
    if administrator:
        link = f"{settings.URL}{SIGN_IN}?token={get_token(administrator)}"
        lines.append(_("Sign in:    %(link)s (once, as %(name)s)") % {"link": link, "name": administrator})
    else:
        lines.append(_("Open the web pages to set the company up."))
    return "\n".join([*lines, *first_mail(), ""])


def first_mail() -> list[str]:
    """Where mail comes in, and two ready commands that send a first one; nothing while there is no mailbox."""
    mailbox = Channel.objects.active().filter(kind="email").order_by("pk").first()
    place = f"{settings.INTAKE_HOST}:{settings.INTAKE_PORT}"
    lines = [_("Mail comes in by SMTP at %(place)s.") % {"place": place}]
    if mailbox is None:
        return lines
    body = f"To: {mailbox.address}\\nSubject: Hello\\n\\nMy printer is on strike."
    python = (
        f"import smtplib; smtplib.SMTP('{settings.INTAKE_HOST}', {settings.INTAKE_PORT})"
        f".sendmail('you@client.example', '{mailbox.address}', '{body}')"
    )
    swaks = (
        f"swaks --server {place} --from you@client.example --to {mailbox.address} "
        "--header 'Subject: Hello' --body 'My printer is on strike.'"
    )
    return [*lines, "", _("A first message, by either of:"), f"    {swaks}", f'    python3 -c "{python}"']

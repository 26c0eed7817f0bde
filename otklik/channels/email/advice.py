"""What each trouble with mail means and what to do about it: the words of the health page and of docs/email.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Trouble


@dataclass(frozen=True)
class Advice:
    title: Any
    means: Any
    todo: Any


ADVICE: dict[str, Advice] = {
    Trouble.LOGIN_REFUSED: Advice(
        Trouble.LOGIN_REFUSED.label,
        _("The server answers, but does not let us in. No mail is read. It is tried once an hour, "
          "lest the account be locked."),
        _("Enter the password again. Most providers want a password made for mail programs, not the one for their "
          "site, and access by IMAP switched on in the mailbox’s settings."),
    ),
    Trouble.UNREACHABLE: Advice(
        Trouble.UNREACHABLE.label,
        _("There is no answer at this name and port. Mail waits at the provider; it is tried again by itself."),
        _("Check the server’s name, the port and the encryption. If they are right, the server or the network is "
          "down."),
    ),
    Trouble.TLS: Advice(
        Trouble.TLS.label,
        _("The server answers, but its certificate or its encryption is not to be trusted. No password was sent."),
        _("Check the server’s name, the port and the encryption. A server of your own needs a certificate for its name "
          "that this machine trusts."),
    ),
    Trouble.FOLDER_MISSING: Advice(
        Trouble.FOLDER_MISSING.label,
        _("A folder that should be read, or that read mail should be moved to, is not in the mailbox."),
        _("Check the names of the folders, or make the missing one in the mailbox."),
    ),
    Trouble.QUOTA: Advice(
        Trouble.QUOTA.label,
        _("The mailbox is full, or too many programs are connected to it. It is tried again by itself."),
        _("Make room in the mailbox, and close other programs that read it."),
    ),
    Trouble.OTHER: Advice(
        Trouble.OTHER.label,
        _("Reading stopped with an answer that we do not know. It is tried again by itself."),
        _("The server’s words say what it was. If it stays so, show them to whoever runs the server."),
    ),
    "silent": Advice(
        _("Silent for longer than usual"),
        _("Reading goes well, but no mail has come for much longer than in the last four weeks at these hours."),
        _("Write a mail to the address yourself. If it does not come, look for it at the provider: "
          "in the spam folder, in the forwarding rules, in the mailbox’s free space. "
          "On a holiday press “It is usual”."),
    ),
    "not_read": Advice(
        _("Nobody reads it"),
        _("It is this mailbox’s turn, but no worker took it. Mail waits at the provider."),
        _("See that “otklik worker” or “otklik serve” is running: “otklik doctor” tells. Then restart it."),
    ),
    "raw_late": Advice(
        _("Mail waits to be read"),
        _("Mail came and is stored, but has not become tickets for more than five minutes."),
        _("See that “otklik worker” is running. After a restart or a flood of mail the queue empties by itself."),
    ),
    "not_sent": Advice(
        _("Answers cannot be sent"),
        _("The server for sending does not answer, does not let us in, or is not to be trusted. Answers are tried "
          "again for about two hours; then they come back to whoever wrote them."),
        _("Test the mailbox in its settings: it tells what is wrong. Enter the password for sending again, or check "
          "the server, the port and the encryption; then press “Try now”."),
    ),
    "delivery_late": Advice(
        _("Answers wait to be sent"),
        _("Answers have been due for more than ten minutes. The hourly limit, the server or the worker holds them up."),
        _("Raise the hourly limit if the provider allows it, test the mailbox, and see that “otklik worker” runs."),
    ),
    "delivery_failed": Advice(
        _("Answers were not delivered"),
        _("The recipient’s server refused these answers for good, or all tries failed."),
        _("Open the ticket: the server’s answer stands at the message. Correct the address or the settings, then "
          "press “Try again”."),
    ),
    "unread": Advice(
        _("Mail that could not be read"),
        _("These messages are stored byte for byte, but reading them failed again and again."),
        _("Look at the text to see who wrote and answer them. After an update of Otklik press “Read again”."),
    ),
    "dropped": Advice(
        _("Mail that became no ticket"),
        _("These messages were read, but nobody could have answered them, or there was nothing in them to answer."),
        _("Look at the text: if a person wrote it, answer them by hand. Press “Read again” after an update of Otklik."),
    ),
    "parked": Advice(
        _("Parked events"),
        _("A reader of the journal failed on these time and again. They were set aside so that the rest goes on."),
        _("Press “Try again”, best after an update. Whatever depends on the event, such as search, lacks it so far."),
    ),
}  # fmt: skip

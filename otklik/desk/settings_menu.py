"""Where every setting is found: the menu of the settings, by what a person wants to set."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One page of the settings; `key` is what the page calls itself."""

    key: str
    label: Any
    url_name: str = "desk:setting"

    @property
    def address(self) -> str:
        return reverse(self.url_name, args=[self.key] if self.url_name == "desk:setting" else [])


GROUPS = (
    (
        _("Company"),
        (
            Place("company", _("Company"), "desk:settings"),
            Place("staff", _("Staff")),
            Place("teams", _("Teams")),
            Place("skills", _("Skills")),
            Place("calendars", _("Calendars"), "desk:calendars"),
        ),
    ),
    (
        _("Channels"),
        (
            Place("mailboxes", _("Mailboxes"), "desk:mailboxes"),
            Place("mail_texts", _("Mail texts"), "desk:mail_texts"),
            Place("forms", _("Web forms")),
            Place("chats", _("Chats"), "desk:chats"),
            Place("webhooks", _("Webhooks"), "desk:webhooks"),
        ),
    ),
    (
        _("Work"),
        (
            Place("policies", _("Agreements"), "desk:policies"),
            Place("routes", _("Routes"), "desk:routes"),
            Place("assignment", _("Assignment"), "desk:assignment"),
            Place("rules", _("Rules"), "desk:rules"),
            Place("approvals", _("Approvals"), "desk:approval_rules"),
            Place("surveys", _("Surveys"), "desk:survey_settings"),
            Place("knowledge", _("Knowledge base"), "desk:knowledge_base"),
            Place("recurrences", _("Recurring"), "desk:recurrences"),
            Place("macros", _("Macros"), "desk:macros"),
            Place("canned", _("Canned replies"), "desk:canned"),
            Place("ticket-fields", _("Ticket fields")),
            Place("client-fields", _("Client fields")),
        ),
    ),
    (
        _("Upkeep"),
        (
            Place("health", _("Health"), "desk:health"),
            Place("presets", _("Examples"), "desk:presets"),
            Place("changes", _("Changes of settings"), "desk:changes"),
        ),
    ),
)

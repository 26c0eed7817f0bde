"""Makes the demo company: its people, clients, channels and fields, as an administrator would have over a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from otklik.channels.chat.options import ChatOptions
from otklik.channels.webform.options import FormOptions, Topic
from otklik.clients.models import Address, ClientField, Organisation, Person
from otklik.journal.record import record
from otklik.lib.consent import ConsentText
from otklik.staff import models as staff
from otklik.staff.models import Member, Team
from otklik.tickets.models import Channel, TicketField

from . import cast

FOUNDED = timedelta(days=200)  # ago


@dataclass(frozen=True)
class Company:
    """Everybody and everything by the keys that the stories use."""

    row: staff.Company
    teams: dict[str, Team]
    members: dict[str, Member]
    writers: dict[str, cast.Writer]
    people: dict[str, Person]
    channels: dict[str, Channel]


def found_company(at: datetime) -> Company:
    """Make all of it, in the caller's transaction."""
    founded = at - FOUNDED
    row = staff.Company.objects.create(name=cast.COMPANY)
    teams = {key: Team.objects.create(name=name) for key, name in cast.TEAMS.items()}
    members = {one.key: _member(one, teams, founded) for one in cast.STAFF}
    firms = {
        key: Organisation.objects.create(name=name, note=note, domain=f"{key}.example")
        for key, (name, note) in cast.ORGANISATIONS.items()
    }
    people = {one.key: _person(one, firms.get(one.firm), founded) for one in cast.WRITERS}
    _fields()
    return Company(row, teams, members, {one.key: one for one in cast.WRITERS}, people, _channels(teams))


def _member(one: cast.Colleague, teams: dict[str, Team], at: datetime) -> Member:
    member = Member.objects.create_user(one.email, name=one.name, role=one.role, signature=one.signature, joined_at=at)
    member.teams.set(teams[key] for key in one.teams)
    record("member.invited", member, at=at)
    return member


def _person(one: cast.Writer, firm: Organisation | None, at: datetime) -> Person:
    fields = {"reach": "Телефон"} if "телефон" in one.note else {}
    person = Person.objects.create(
        name=one.name, organisation=firm, language="ru", note=one.note, fields=fields, created_at=at
    )
    Address.objects.create(person=person, kind="email", value=one.email)
    if one.phone:
        Address.objects.create(person=person, kind="phone", value=one.phone)
    record("person.appeared", person, at=at, channel="email")
    return person


def _fields() -> None:
    for place, (key, label, kind, choices, types) in enumerate(cast.FIELDS):
        TicketField.objects.create(
            key=key, label=label, kind=kind, choices=list(choices), types=list(types), position=place
        )
    for place, (key, label, kind, choices) in enumerate(cast.PERSON_FIELDS):
        ClientField.objects.create(key=key, label=label, kind=kind, choices=list(choices), position=place)


def _channels(teams: dict[str, Team]) -> dict[str, Channel]:
    mailbox = {"kind": "email", "signature": cast.SIGNATURE}
    support = Channel.objects.create(
        name="Поддержка «Полушки»", address="support@demo.example", team=teams["support"], **mailbox
    )
    accounts = Channel.objects.create(
        name="Счета «Полушки»", address="schet@demo.example", team=teams["accounts"], **mailbox
    )
    form = {"kind": "webform", "answers_by": support}
    help_form = Channel.objects.create(
        name="Форма на сайте", address="help", team=teams["support"], options=_help_options(), **form
    )
    repair_form = Channel.objects.create(
        name="Заявка на выезд", address="repair", team=teams["repair"], options=_repair_options(), **form
    )
    chat = Channel.objects.create(
        kind="chat", name="Чат «Полушки»", address="chat", team=teams["support"], answers_by=support,
        options=_chat_options(),
    )  # fmt: skip
    return {"chat": chat, "support": support, "accounts": accounts, "form-help": help_form, "form-repair": repair_form}


def _chat_options() -> dict[str, object]:
    greeting = "Здравствуйте! Спросите про кассу, весы или счёт, мы рядом."
    return ChatOptions(greeting=greeting, consent=ConsentText(cast.CONSENT, 1)).as_json()


def _help_options() -> dict[str, object]:
    topics = (
        Topic.named("Вопрос", type="question"),
        Topic.named("Что-то не работает", type="incident", fields=("device", "serial")),
        Topic.named("Счёт или договор", type="question", tags=("счёт",), fields=("contract",)),
        Topic.named("Жалоба", type="complaint", tags=("жалоба",)),
    )
    intro = "Опишите, что случилось. Отвечаем в рабочие дни с 8:00 до 20:00, обычно в течение часа."
    return FormOptions("Напишите нам", intro, topics, ConsentText(cast.CONSENT, 1)).as_json()


def _repair_options() -> dict[str, object]:
    topics = (
        Topic.named("Ремонт", type="incident", tags=("выезд",), fields=("device", "serial")),
        Topic.named("Установка и настройка", type="service_request", tags=("выезд",), fields=("device",)),
        Topic.named("Поверка весов", type="service_request", tags=("поверка",), fields=("serial", "visit_on")),
    )
    intro = "Укажите оборудование и адрес магазина. Инженер позвонит, чтобы договориться о времени."
    return FormOptions("Вызов инженера", intro, topics, ConsentText(cast.CONSENT, 1)).as_json()

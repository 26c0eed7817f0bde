"""How the demo company serves: its hours, promises, routes, rules and the texts that its people write often."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from otklik.calendars.hours import CLOSED
from otklik.calendars.models import Calendar
from otklik.presets.making import Making, Promise, Rung
from otklik.quality.ready import take_up
from otklik.routing.models import Route
from otklik.sla.models import Metric, Policy, Step
from otklik.staff.models import Team
from otklik.tickets.models import CannedReply, Macro, Ticket
from otklik.work.models.recurrence import repeat
from otklik.work.recurring import How, Shift

from .founding import Company

HOUR = timedelta(hours=1)
DAY = 12 * HOUR  # from 8 to 20

# shortcut, title, text
REPLIES = (
    (
        "перезагрузка",
        "Перезагрузить кассу",
        (
            "Здравствуйте, {client}!\n\nВыключите кассу кнопкой, выньте кабель питания на минуту и включите снова. "
            "Если чек не пойдёт и после этого, напишите, что на экране: подключимся и посмотрим вместе."
        ),
    ),
    (
        "выезд",
        "Договориться о выезде",
        (
            "Здравствуйте, {client}!\n\nЗдесь нужен инженер. В какие часы вас застать и по какому телефону позвонить "
            "за полчаса до приезда?"
        ),
    ),
    (
        "счёт",
        "Счёт отправлен",
        (
            "Здравствуйте, {client}!\n\nСчёт во вложении. Оригинал и акт привезёт инженер, или отправим их почтой, "
            "как вам удобнее."
        ),
    ),
    (
        "спасибо",
        "Закрываем, спасибо",
        (
            "Здравствуйте, {client}!\n\nРады, что всё заработало. Закрываем обращение {number}; если неполадка "
            "повторится, просто ответьте на это письмо."
        ),
    ),
)


def promise(company: Company, at: datetime) -> None:
    """Hours, agreements and the survey, in force before anybody writes."""
    desk = Making(company.row, by=company.members["vera"], at=at)
    office = desk.calendar("Поддержка, 8–20", [((8 * 60, 20 * 60),)] * 5 + [((9 * 60, 18 * 60),), CLOSED])
    ladder = [Rung(Step.Action.TELL_ASSIGNEE, share_percent=70), Rung(Step.Action.TELL_HEAD)]
    incidents = [Promise(Metric.FIRST_ANSWER, HOUR), Promise(Metric.NEXT_ANSWER, 4 * HOUR)]
    lengths = {4: 4 * HOUR, 3: DAY, 2: 2 * DAY, 1: 4 * DAY}
    incidents += [Promise(Metric.RESOLUTION, length, priority) for priority, length in lengths.items()]
    desk.agreement("Поломки", office, incidents, covers={"type": ["incident"]}, ladder=ladder)
    rest = [
        Promise(Metric.FIRST_ANSWER, 2 * HOUR),
        Promise(Metric.NEXT_ANSWER, DAY),
        Promise(Metric.RESOLUTION, 5 * DAY),
    ]
    desk.agreement("Остальные обращения", office, rest, ladder=ladder)
    _place(company, office)
    take_up("service", by=company.members["vera"], at=at).switch_on(by=company.members["vera"], at=at)
    Policy.touch()


def organise(company: Company, at: datetime) -> None:
    """Routes, rules and texts, which act from now on."""
    desk = Making(company.row, by=company.members["vera"], at=at)
    accounts = company.teams["accounts"]
    words = {"if": "text", "is": "contains", "value": "счёт, договор, акт сверки, оплата"}
    Route.objects.create(name="Счета и договоры", position=10, conditions={"all": [words]}, team=accounts)
    desk.rule(
        "Касса стоит — сразу высокий приоритет",
        ["ticket.opened"],
        [("text", "contains", "не пробивает, не печатает чек, касса стоит, очередь")],
        [{"do": "priority", "value": int(Ticket.Priority.HIGH)}, {"do": "tag", "value": "касса стоит"}],
    )
    desk.ask_how_we_did()
    for shortcut, title, text in REPLIES:
        CannedReply.objects.create(shortcut=shortcut, title=title, text=text, language="ru")
    steps = [
        {"do": "tag", "value": "выезд"},
        {"do": "answer", "value": REPLIES[1][2]},
        {"do": "state", "value": "waiting_client"},
    ]
    Macro.objects.create(title="Нужен выезд", steps=steps)
    _inspect(company, at)


def _inspect(company: Company, at: datetime) -> None:
    """What comes again every month."""
    zone = company.row.zone
    values = {
        "subject": "Плановый осмотр касс и весов",
        "text": "Договориться о дне, проверить кассы, весы и сканеры, обновить прошивки. Акт осмотра — клиенту.",
        "client": company.people["svetlana"],
        "team": company.teams["repair"],
        "assignee": company.members["oleg"],
        "tags": ["осмотр"],
        "checklist": "Договориться о дне\nКассы и сканеры\nВесы\nАкт осмотра",
        "how": How.MONTH,
        "month_day": 1,
        "at": time(9),
        "time_zone": str(zone),
        "calendar": Calendar.objects.first(),
        "shift": Shift.NEXT,
        "begins": at.astimezone(zone).date(),
    }
    repeat(values, by=company.members["vera"], at=at)


def _place(company: Company, office: Calendar) -> None:
    """Teams on their lines, each with its head and its hours."""
    heads = {"support": "mikhail", "repair": "mikhail", "accounts": "vera"}
    lines = {"support": Team.Line.FIRST, "repair": Team.Line.SECOND, "accounts": None}
    for key, team in company.teams.items():
        kept = {"head": company.members[heads[key]], "line": lines[key], "calendar": office}
        Team.objects.filter(pk=team.pk).update(**kept)

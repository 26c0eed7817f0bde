"""What is joined to what, on one page. Everything here is a dotted name, imported on first use."""

from typing import TypedDict

# kind -> the channel's class
CHANNELS = {
    "email": "otklik.channels.email.channel.Email",
    "webform": "otklik.channels.webform.channel.WebForm",
    "chat": "otklik.channels.chat.channel.Chat",
}

# Reactions to journal events.
# "with": event kind -> functions (event) called in the transaction that recorded it; database only.
# "after": reader name -> a class with `kinds` and `react(events)`; at least once, in order, each with its cursor.
Reactions = TypedDict("Reactions", {"with": dict[str, list[str]], "after": dict[str, str]})
REACTIONS: Reactions = {
    "with": {
        "message.received": [
            "otklik.tickets.waking.client_wrote",
            "otklik.channels.webform.reactions.keep_consent",
            "otklik.routing.reactions.received",
            "otklik.sla.reactions.client_wrote",
            "otklik.channels.webform.reactions.promise_call",
            "otklik.channels.webform.reactions.confirm",
            "otklik.channels.chat.reactions.received",
        ],
        "message.revised": ["otklik.channels.chat.reactions.revised"],
        "message.taken_back": ["otklik.sla.reactions.taken_back"],
        "message.sent": ["otklik.sla.reactions.answered"],
        "delivery.failed": [
            "otklik.tickets.reactions.wake_for_failed_delivery",
            "otklik.tickets.reactions.mark_refused_address",
        ],
        "aside.failed": [
            "otklik.tickets.reactions.wake_for_failed_letter",
            "otklik.tickets.reactions.mark_refused_address",
        ],
        "person.merged": [
            "otklik.tickets.reactions.follow_merged_person",
            "otklik.quality.reactions.follow_merged_person",
        ],
        "member.leave_began": ["otklik.routing.reactions.leave_began"],
        "member.deactivated": ["otklik.routing.reactions.gone"],
        "member.role_changed": ["otklik.routing.reactions.role_changed"],
        "member.left_team": ["otklik.routing.reactions.left_team"],
        "member.presence_changed": ["otklik.routing.reactions.presence_changed"],
        "ticket.opened": [
            "otklik.tickets.dates.opened",
            "otklik.routing.reactions.opened",
            "otklik.sla.reactions.opened",
        ],
        "ticket.routed": ["otklik.sla.reactions.routed"],
        "ticket.assigned": ["otklik.tickets.waking.moved", "otklik.routing.reactions.assigned"],
        "ticket.state_changed": [
            "otklik.tickets.waking.state_changed",
            "otklik.tickets.dates.state_changed",
            "otklik.routing.reactions.state_changed",
            "otklik.sla.reactions.state_changed",
            "otklik.approvals.reactions.state_changed",
        ],
        "ticket.handed_over": [
            "otklik.tickets.waking.moved",
            "otklik.routing.reactions.handed_over",
            "otklik.sla.reactions.handed_over",
            "otklik.channels.chat.reactions.handed_over",
        ],
        "ticket.answered_at": ["otklik.channels.chat.reactions.answered_at"],
        "ticket.priority_changed": [
            "otklik.routing.reactions.priority_changed",
            "otklik.sla.reactions.conditions_changed",
        ],
        "ticket.type_changed": ["otklik.sla.reactions.conditions_changed"],
        "ticket.tagged": ["otklik.sla.reactions.conditions_changed"],
        "ticket.untagged": ["otklik.sla.reactions.conditions_changed"],
        "ticket.field_changed": ["otklik.tickets.dates.field_changed", "otklik.sla.reactions.conditions_changed"],
        "organisation.contract_changed": ["otklik.sla.reactions.contract_changed"],
        "ticket.merged": [
            "otklik.sla.reactions.callback_follows",
            "otklik.work.reactions.merged",
            "otklik.channels.chat.reactions.merged",
        ],
        "ticket.separated": [
            "otklik.tickets.dates.separated",
            "otklik.sla.reactions.separated",
            "otklik.work.reactions.separated",
            "otklik.channels.chat.reactions.separated",
        ],
        "callback.promised": ["otklik.sla.reactions.callback_promised"],
        "callback.called": ["otklik.sla.reactions.called"],
        "callback.withdrawn": ["otklik.sla.reactions.callback_withdrawn"],
        "client.changed": ["otklik.sla.reactions.conditions_changed"],
    },
    "after": {
        "auto-reply": "otklik.channels.email.autoreply.AutoReply",
        "routing": "otklik.routing.waking.Waking",
        "notices": "otklik.notices.reader.Notices",
        "rules": "otklik.rules.reader.Rules",
        "search": "otklik.tickets.search.Index",
    },
}

# What may hold a change of state back, in its transaction: functions (ticket, state, by, at) that say if they do.
GATES = ["otklik.approvals.asking.hold"]
# What says why they do: functions (ticket, state) that raise an OtklikError for a state that is held back.
GATE_REASONS = ["otklik.approvals.asking.refuse_if_pending"]

# What staff may order at the beginning of a mail besides the core’s own: functions (ticket, argument, member, at).
MAIL_COMMANDS = {
    "approve": "otklik.approvals.dictated.approve",
    "reject": "otklik.approvals.dictated.reject",
}

# What rules are made of, by the modules that offer it: conditions(), actions(), reckonings(), EVENTS.
RULE_PARTS = [
    "otklik.tickets.rule_parts",
    "otklik.tickets.aside_parts",
    "otklik.sla.rule_parts",
    "otklik.routing.rule_parts",
    "otklik.approvals.rule_parts",
    "otklik.work.rule_parts",
    "otklik.quality.rule_parts",
    "otklik.integrations.webhooks.rule_parts",
]

# What views may ask of tickets, by the modules that offer it: CRITERIA, criteria_of_rows().
VIEW_PARTS = [
    "otklik.tickets.criteria",
    "otklik.sla.criteria",
    "otklik.work.criteria",
    "otklik.quality.criteria",
]

# What a worker does all day: functions that do a little of what is due and answer whether they found any.
DUTIES = [
    "otklik.channels.email.fetching.read_mailboxes",
    "otklik.tickets.raw.read_due",
    "otklik.tickets.sending.senders",
    "otklik.tickets.bulking.work_on",
    "otklik.tickets.waking.wake_due",
    "otklik.tickets.dates.note_due",
    "otklik.channels.email.smtp.close_idle",
    "otklik.staff.turning.turn_due",
    "otklik.routing.placing.place_due",
    "otklik.routing.recalling.recall_due",
    "otklik.routing.watching.tell_due",
    "otklik.sla.recalculating.recalculate",
    "otklik.sla.noticing.notice_due",
    "otklik.sla.noticing.climb",
    "otklik.sla.noticing.remind",
    "otklik.approvals.expiring.expire_due",
    "otklik.work.telling.tell_due",
    "otklik.work.repeating.make_due",
    "otklik.knowledge.reminding.remind_due",
    "otklik.quality.sending.ask_due",
    "otklik.notices.mailing.mail_due",
    "otklik.notices.pushing.push_due",
    "otklik.rules.running.run_due",
    "otklik.integrations.webhooks.sending.send_due",
    "otklik.channels.chat.mailing.mail_unread",
    "otklik.journal.readers.read_on",
    "otklik.tickets.search.index_due",
    "otklik.channels.email.silence.watch_due",
    "otklik.channels.email.trying.try_due",
    "otklik.operate.forgetting.forget",
]

# What has had its time: functions that forget a little of it and answer whether they found any.
FORGETTING = [
    "otklik.api.repeating.forget_keys",
    "otklik.channels.chat.limits.forget",
    "otklik.channels.email.autoreply.forget_answered",
    "otklik.integrations.webhooks.models.forget",
    "otklik.knowledge.models.reading.forget",
    "otklik.notices.models.subscription.forget",
    "otklik.rules.running.prune",
    "otklik.staff.sessions.forget_ended",
    "otklik.tickets.bulking.forget",
    "otklik.tickets.models.draft.forget",
    "otklik.tickets.models.seen.forget",
    "otklik.tickets.sweeping.sweep",
]
# How many seconds a duty may rest at most when it finds nothing to do, where nobody waits for it as for an answer.
# Resting is what keeps an idle house cheap: each look is a question or two to the store.
LONGEST_RESTS = {
    "otklik.staff.turning.turn_due": 10.0,
    "otklik.tickets.waking.wake_due": 10.0,
    "otklik.tickets.dates.note_due": 10.0,
    "otklik.routing.recalling.recall_due": 5.0,
    "otklik.routing.watching.tell_due": 10.0,
    "otklik.sla.recalculating.recalculate": 5.0,
    "otklik.sla.noticing.notice_due": 5.0,
    "otklik.sla.noticing.climb": 5.0,
    "otklik.work.telling.tell_due": 5.0,
    "otklik.work.repeating.make_due": 10.0,
    "otklik.knowledge.reminding.remind_due": 300.0,  # it waits for a day, not for a minute
    "otklik.quality.sending.ask_due": 5.0,
    "otklik.notices.mailing.mail_due": 10.0,
    "otklik.notices.pushing.push_due": 5.0,
    "otklik.integrations.webhooks.sending.send_due": 2.0,
    "otklik.channels.chat.mailing.mail_unread": 10.0,
    "otklik.channels.email.smtp.close_idle": 5.0,
    "otklik.channels.email.silence.watch_due": 60.0,
    "otklik.operate.forgetting.forget": 60.0,
}
# How many seconds lie between the beginnings of two rounds at least, also while there is work: a round costs about as
# much for one mail or event as for twenty, so what comes in a stream is gathered. A longer round is followed at once.
ROUNDS_APART = {
    "otklik.tickets.raw.read_due": 0.1,
    "otklik.journal.readers.read_on": 0.25,
    "otklik.sla.noticing.climb": 0.5,
}
# Which duty makes way for which while that cannot keep up: mail first becomes tickets, and what follows from them comes
# a little later. What somebody waits for, such as an answer that is to be sent, makes way for nothing.
MAKES_WAY = {
    "otklik.sla.noticing.climb": "otklik.tickets.raw.read_due",
    "otklik.rules.running.run_due": "otklik.tickets.raw.read_due",
    "otklik.journal.readers.read_on": "otklik.tickets.raw.read_due",
    "otklik.tickets.search.index_due": "otklik.tickets.raw.read_due",
}
# Duties whose commits the store need not flush to the disk at once: what they write can be made again from what
# intake and web committed, and nothing leaves the house on the strength of it. docs/decisions/0005.
UNSYNCED_DUTIES = [
    "otklik.tickets.raw.read_due",
    "otklik.sla.noticing.climb",
    "otklik.rules.running.run_due",
    "otklik.journal.readers.read_on",
    "otklik.tickets.search.index_due",
    "otklik.channels.email.silence.watch_due",
]

# What a simulation reads the journal with: readers that only write rows.
SIMULATED_READERS = ["routing", "rules", "notices"]

"""Every address of the desk, walked by people who may not pass."""

from datetime import date, timedelta

from django.urls import URLPattern, reverse
from django.utils.timezone import now

from otklik.approvals.models import Approval, ApprovalRule
from otklik.calendars.models import Calendar
from otklik.desk.urls import urlpatterns
from otklik.integrations.webhooks.models import Webhook, WebhookCall
from otklik.journal.models import Event
from otklik.knowledge.beginning import begin
from otklik.knowledge.models import ArticleFile, Section
from otklik.notices.models import Notice, Subscription, Topic
from otklik.quality.tests.cast import answered_survey
from otklik.routing.models import Route
from otklik.rules.models import Rule
from otklik.sla.models import Metric, Policy, Target
from otklik.sla.models.clock import start_clock
from otklik.staff.models import Leave, Member
from otklik.testing import CastTestCase
from otklik.tickets.asides import Letter, ask
from otklik.tickets.models import Attachment, CannedReply, Channel, Delivery, Draft, DraftFile, RawMessage, View
from otklik.tickets.replying import reply
from otklik.work.models.recurrence import repeat
from otklik.work.models.spell import spend
from otklik.work.models.task import add_tasks
from otklik.work.tests.test_repeating import weekly

OPEN_TO_ALL = {"wizard", "manifest", "worker", "offline"}
FOR_ADMINISTRATORS = {"approval_rules", "new_approval_rule", "approval_rule",
                      "settings", "unread", "raw", "dropped", "parked", "one_time_link", "form_options", "setting",
                      "new_setting",
                      "edit_setting", "release", "health", "accept_silence", "try_again", "send_now", "mailboxes",
                      "new_mailbox", "mailbox", "mailbox_test", "mailbox_sign_in", "mailbox_signed_in",
                      "mail_texts", "mail_text",
                      "rules", "new_rule", "rule", "rule_switch", "rule_removal", "rule_runs",
                      "mail_text_of", "changes", "chats", "new_chat", "chat", "calendars", "new_calendar", "calendar",
                      "calendar_day", "calendar_follow", "calendar_import", "calendar_export", "policies", "new_policy",
                      "policy", "presets", "preset", "routes", "new_route", "route", "route_removal", "assignment",
                      "team_assignment", "webhooks", "new_webhook", "webhook", "webhook_calls", "webhook_resume",
                      "webhook_secret", "webhook_removal", "knowledge_base", "survey_settings", "new_survey",
                      "survey", "survey_switch", "survey_removal", "survey_trial", "new_question", "question",
                      "question_place"}  # fmt: skip
# Supervisors may, too.
FOR_LEADERS = {"surveys", "survey_results", "survey_answers", "survey_export"}
OF_A_TICKET = {"ticket", "history", "change", "participants", "links", "merge", "separate", "split", "compose",
               "draft", "body", "body_with_pictures", "picture", "file", "send_again", "letter", "letter_body", "undo",
               "why", "whose", "hand_over", "draft_files", "draft_file", "drop_draft_file", "inline", "colleague_draft",
               "take_draft", "canned_for", "use_canned", "macros_for", "use_macro", "watching", "mentions", "looking",
               "promise_call", "call", "decide", "withdraw", "tasks", "task", "spells", "spell", "timer",
               "articles_for", "use_article", "ticket_knowledge", "article_of_message",
               "new_aside", "aside", "aside_state", "visitor", "recurrence_deed"}  # fmt: skip
# Of an article that only another team reads.
OF_AN_ARTICLE = {"article", "edit_article", "article_draft", "forget_article_draft", "article_files", "article_file",
                 "drop_article_file", "article_picture", "article_state", "article_place", "article_versions",
                 "article_translation"}  # fmt: skip
WRITING = {"bulk", "open", "change", "participants", "links", "merge", "separate", "split", "compose", "draft",
           "send_again", "addresses", "absorb", "new_organisation", "release", "undo", "hand_over", "draft_files",
           "drop_draft_file", "take_draft", "use_canned", "canned_for", "canned", "new_canned", "edit_canned",
           "macros", "new_macro", "edit_macro", "move_macro", "macros_for", "use_macro",
           "promise_call", "call", "visitor", "revise", "tasks", "task", "spells", "spell", "timer", "articles_for",
           "use_article", "article_of_message", "new_article", "edit_article", "article_draft", "forget_article_draft",
           "article_files", "drop_article_file", "article_state", "article_place", "article_versions",
           "article_translation", "knowledge_report", "knowledge_miss", "knowledge_sections", "knowledge_section",
           "new_knowledge_section", "new_aside", "aside", "aside_state",
           "new_recurrence", "recurrence", "recurrence_deed"}  # fmt: skip


class DoorTests(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.put_things()

    @classmethod
    def put_things(cls) -> None:
        """One of everything that an address can be about."""
        cls.message = reply(cls.ticket, by=cls.ana, text="Pour water over it.")
        cls.delivery = Delivery.objects.get()
        cls.file = Attachment.objects.create(message=cls.message, file="aa/b", name="a", type="x/y", size_bytes=1)
        cls.raw = RawMessage.objects.create(channel=cls.mailbox, digest="x", body=b"?")
        calendar = Calendar.objects.create(name="Office")
        usual = Policy.objects.create(name="Usual", calendar=calendar)
        target = Target(policy=usual, metric=Metric.RESOLUTION, length=timedelta(hours=9))
        cls.clock = start_clock(cls.ticket, usual, target, at=now())
        cls.leave = Leave.plan(cls.ana, date(2099, 1, 1), date(2099, 1, 2), by=None)
        cls.route = Route.objects.create(name="All", tags=["seen"])
        cls.rule = Rule.objects.create(name="Any", kinds=["ticket.opened"], actions=[{"do": "tag", "value": "x"}])
        sent = Event.objects.filter(kind="message.sent").latest("pk")
        cls.notice = Notice.objects.create(member=cls.ana, event=sent, topic=Topic.PROMISE)
        agent = {"endpoint": "https://push.example/1", "public": "x", "auth": "x", "session": "x", "user_agent": "x"}
        cls.browser = Subscription.take(cls.ana, **agent)
        cls.draft = Draft.objects.create(ticket=cls.ticket, author=cls.ana, text="Half")
        cls.draft_file = DraftFile.objects.create(draft=cls.draft, file="aa/b", name="a", type="x/y", size_bytes=1)
        cls.view = View.make({"name": "Hot", "audience": View.Audience.EVERYONE}, by=cls.admin)
        cls.canned = CannedReply.objects.create(owner=cls.ana, title="Refund", text="Dear {client}")
        cls.closing = ApprovalRule.objects.create(name="Closing", after=["closed"])
        cls.approval = Approval.objects.create(ticket=cls.ticket, rule=cls.closing, before="open", after="closed")
        cls.task = add_tasks(cls.ticket, "Unplug it", by=cls.ana)[0]
        cls.spell = spend(cls.ticket, 5, by=cls.ana)
        cls.aside = ask(cls.ticket, Letter(("z@p.example",), "?"), by=cls.ana, subject="?", channel=cls.mailbox).aside
        cls.recurrence = repeat(weekly(cls), by=cls.admin)
        cls.webhook = Webhook.objects.create(name="CRM", url="https://crm.example/")
        WebhookCall.objects.create(
            webhook=cls.webhook, ticket=cls.ticket, body="{}", due_at=None, failed_at=now(), trouble="gone", error="no"
        )
        cls.article = begin("How to", by=cls.admin, html="<p>So.</p>", audience="staff")
        cls.article.teams.set([cls.support])
        cls.article_file = ArticleFile.objects.create(
            article=cls.article, file="aa/b", name="a", type="x/y", size_bytes=1
        )
        cls.knowledge_section = Section.objects.create(title_en="Things")
        cls.survey = answered_survey(cls.ticket)
        cls.chat = Channel.objects.create(kind="chat", name="Chat", address="site", team=cls.support)
        cls.outsider = Member.objects.create_user("out@demo.example", name="Out Sider")

    def address(self, pattern: URLPattern) -> str:
        """The address of this ticket's things, whatever the pattern wants."""
        own = {"undo": self.message, "body": self.message,
               "body_with_pictures": self.message, "picture": self.message, "file": self.file, "raw": self.raw,
               "send_again": self.delivery, "letter": self.delivery, "letter_body": self.delivery,
               "one_time_link": self.ana, "edit_setting": self.ana, "form_options": self.mailbox,
               "mailbox": self.mailbox, "mailbox_test": self.mailbox, "mailbox_sign_in": self.mailbox,
               "accept_silence": self.mailbox, "chat": self.chat, "try_again": self.mailbox,
               "send_now": self.mailbox, "mail_text_of": self.mailbox,
               "notice": self.notice, **dict.fromkeys(("browser_removal", "browser_trial"), self.browser),
                "edit_canned": self.canned, "approval_rule": self.closing,
               **dict.fromkeys(("colleague_draft", "take_draft"), self.draft),
               **dict.fromkeys(("draft_file", "drop_draft_file"), self.draft_file),
               **dict.fromkeys(OF_AN_ARTICLE | {"use_article"}, self.article),
               **dict.fromkeys(("article_file", "drop_article_file"), self.article_file),
               "article_of_message": self.message, "knowledge_section": self.knowledge_section,
               "task": self.task, "spell": self.spell, **dict.fromkeys(("aside", "aside_state"), self.aside),
               **dict.fromkeys(("recurrence", "recurrence_deed"), self.recurrence),
               "view": self.view, "view_removal": self.view,
               "colleague": self.ana, "cancel_leave": self.leave,
               "route": self.route, "route_removal": self.route, "team_assignment": self.support,
               "rule": self.rule, "rule_switch": self.rule, "rule_removal": self.rule, "rule_runs": self.rule,
               **dict.fromkeys(("webhook", "webhook_calls", "webhook_resume", "webhook_secret", "webhook_removal"),
                               self.webhook),
               **dict.fromkeys(("survey", "survey_switch", "survey_removal", "survey_trial", "new_question",
                                "survey_results", "survey_answers", "survey_export"), self.survey),
               **dict.fromkeys(("question", "question_place"), self.survey.questions.get()),
               "organisation": self.alpha, "why": self.clock, "policy": self.clock.policy,
               **dict.fromkeys(("calendar", "calendar_day", "calendar_follow", "calendar_import", "calendar_export"),
                               self.clock.calendar)}  # fmt: skip
        thing = own.get(str(pattern.name), self.bea)
        known = {"number": self.ticket.pk, "pk": thing.pk, "kind": "answer", "language": "en", "cid": "x@y",
                 "key": {"setting": "staff", "new_setting": "staff", "edit_setting": "staff", "preset": "shop"}.get(
                     str(pattern.name), "open")}  # fmt: skip
        names = pattern.pattern.converters.keys()
        return reverse(f"desk:{pattern.name}", kwargs={name: known[name] for name in names})

    def statuses(self, names: set[str], method: str) -> dict[str, int]:
        walked = [pattern for pattern in urlpatterns if pattern.name in names]
        self.assertEqual({pattern.name for pattern in walked}, names)
        return {str(each.name): getattr(self.client, method)(self.address(each)).status_code for each in walked}

    def test_a_script_is_told_that_its_member_is_signed_out_where_a_visitor_is_led_to_sign_in(self):
        address = reverse("desk:notices")
        self.assertEqual(self.client.get(address).status_code, 302)
        for headers in ({"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}):
            with self.subTest(headers):
                answer = self.client.get(address, headers=headers)
                self.assertEqual(answer.status_code, 401)
                self.assertIn("You are signed out", answer.json()["why"])

    def test_a_visitor_gets_nowhere(self):
        before = Event.objects.count()
        names = {str(pattern.name) for pattern in urlpatterns} - OPEN_TO_ALL
        for method in ("get", "post"):
            statuses = self.statuses(names, method)
            self.assertEqual({name for name, status in statuses.items() if status not in (302, 403, 405)}, set())
        self.assertEqual(Event.objects.count(), before)

    def test_a_visitor_is_led_to_the_sign_in_page_and_back(self):
        answer = self.client.get(self.ticket.get_absolute_url())
        self.assertRedirects(answer, f"/staff/login/?next={self.ticket.get_absolute_url()}")

    def test_somebody_of_another_team_finds_no_ticket_and_nothing_of_it(self):
        for member in (self.omar, self.outsider):
            self.client.force_login(member)
            for method in ("get", "post"):
                with self.subTest(member=member, method=method):
                    self.assertLessEqual(set(self.statuses(OF_A_TICKET, method).values()), {404, 405})

    def test_an_article_of_another_team_is_not_there(self):
        self.client.force_login(self.omar)
        for method in ("get", "post"):
            self.assertLessEqual(set(self.statuses(OF_AN_ARTICLE, method).values()), {404, 405})

    def test_settings_are_for_administrators(self):
        for member in (self.ana, self.olga):
            self.client.force_login(member)
            for method in ("get", "post"):
                with self.subTest(member=member, method=method):
                    doors = FOR_ADMINISTRATORS | FOR_LEADERS
                    self.assertLessEqual(set(self.statuses(doors, method).values()), {403, 405})

    def test_an_observer_changes_nothing(self):
        self.client.force_login(self.olga)
        before = Event.objects.count()
        self.assertEqual(set(self.statuses(WRITING, "post").values()), {403})
        self.client.post(self.address_of("person"), {"name": "Mallory"})
        self.client.post(self.address_of("organisation"), {"name": "Mallory"})
        self.bea.refresh_from_db()
        self.alpha.refresh_from_db()
        self.assertEqual((self.bea.name, self.alpha.name), ("Bea Orlova", "Alpha Supply"))
        self.assertEqual(Event.objects.count(), before)

    def address_of(self, name: str) -> str:
        return next(self.address(pattern) for pattern in urlpatterns if pattern.name == name)

    def test_a_member_who_was_shut_out_is_out_at_once(self):
        self.client.force_login(self.ana)
        self.ana.deactivate(by=self.admin)
        self.assertEqual(self.client.get(reverse("desk:queue", args=["open"])).status_code, 302)

    def test_an_administrator_opens_every_page(self):
        self.client.force_login(self.admin)
        special = {"decide", "withdraw", "live", "letter", "letter_body", "file", "draft_file", "inline", "original",
                   "one_time_link", "form_options", "accept_silence", "send_now",
                   "picture", "try_again", "mailbox_test", "mailbox_sign_in", "mailbox_signed_in", "rule_switch",
                   "rule_removal", "route_removal", "cancel_leave", "here", "presence", "notice", "notices_seen",
                   "notice_switches", "browsers", "browser_removal", "browser_trial",
                   "views_order", "view_removal", "view_copy", "like", "fold", "watching", "seen", "unseen", "all_seen",
                   "bulk_progress", "bulk_stop", "move", "like_home",
                   "survey_switch", "survey_removal", "survey_trial", "question_place",
                   "webhook_calls", "webhook_resume", "webhook_secret", "webhook_removal", "article_file",
                   "article_picture", "calendar_day", "calendar_follow", "calendar_import"}  # fmt: skip
        names = {str(pattern.name) for pattern in urlpatterns} - WRITING - special
        statuses = self.statuses(names, "get")
        self.assertEqual(
            {name: status for name, status in statuses.items() if status != 200},
            {"next": 302, "previous": 302, "wizard": 302},
        )

"""Agreements as administrators set them: whom they cover, what they promise, and the ladder."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from otklik.calendars.models import Calendar
from otklik.desk.tests.test_calendars import SettingsTestCase
from otklik.journal.kinds import narrate
from otklik.journal.models import Event
from otklik.sla.models import Clock, Metric, Policy, Step, Target
from otklik.sla.models.clock import start_clock
from otklik.staff.models import Team
from otklik.tickets.models import TicketField

ROWS = {"ladder-TOTAL_FORMS": 0, "ladder-INITIAL_FORMS": 0}


class PolicyTests(SettingsTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.calendar = Calendar.objects.create(name="Office")

    def save(self, policy: Policy | None = None, **form: object):
        address = reverse("desk:policy", args=[policy.pk]) if policy else reverse("desk:new_policy")
        fixed = {"name": "Usual", "position": 1, "calendar": self.calendar.pk, "is_active": "on"} | ROWS
        return self.client.post(address, fixed | form, follow=True)

    def lengths(self) -> dict[tuple[str, int | None], timedelta]:
        return {(target.metric, target.priority): target.length for target in Target.objects.all()}

    def test_an_agreement_is_made_of_conditions_and_promises(self):
        page = self.save(**{"if-type": ["incident"], "if-team": [self.support.pk], "if-organisation": "Alpha Supply",
                            "if-tag": "VIP, hot", "first_answer-any": "2 h", "first_answer-4": "30 min",
                            "resolution-any": "1 d 4 h"})  # fmt: skip
        policy = Policy.objects.get()
        self.assertEqual(policy.conditions, {"type": ["incident"], "team": [str(self.support.pk)],
                                             "organisation": [str(self.alpha.pk)], "tag": ["vip", "hot"]})  # fmt: skip
        self.assertEqual(self.lengths(), {("first_answer", None): timedelta(hours=2),
                                          ("first_answer", 4): timedelta(minutes=30),
                                          ("resolution", None): timedelta(hours=13)})  # fmt: skip
        for sentence in ("Type: Incident.", "Organisations: Alpha Supply.", "First answer within 2 h by the calendar",
                         "First answer within 30 min for the priority “Critical”.", "1 d 4 h"):  # fmt: skip
            with self.subTest(sentence):
                self.assertContains(page, sentence)
        self.assertEqual(self.saved(), [("policies", "Usual")])

    def test_a_change_keeps_what_stays_and_makes_every_clock_look_again(self):
        own = Calendar.objects.create(name="Nights")
        policy = Policy.objects.create(name="Usual", calendar=self.calendar, conditions={"client": [str(self.bea.pk)]})
        for metric in (Metric.FIRST_ANSWER, Metric.RESOLUTION):
            Target.objects.create(policy=policy, metric=metric, length=timedelta(hours=1), calendar=own)
        self.save(policy, **{"resolution-any": "3 h"})
        policy.refresh_from_db()
        self.assertEqual((policy.conditions, policy.version), ({"client": [str(self.bea.pk)]}, 2))
        self.assertEqual(self.lengths(), {("resolution", None): timedelta(hours=3)})
        self.assertEqual(Target.objects.get().calendar, own)

    def test_what_is_wrong_is_said_beside_it(self):
        page = self.save(**{"if-organisation": "Nobody Ltd", "resolution-any": "soon"})
        self.assertContains(page, "There is no organisation “Nobody Ltd”.")
        self.assertContains(page, "“soon” is not a length of time.")
        self.assertFalse(Policy.objects.exists())

    def test_it_is_told_which_agreement_covers_a_ticket(self):
        Policy.objects.create(name="Usual", calendar=self.calendar, conditions={"team": [str(self.support.pk)]})
        cases = {self.ticket.pk: "“Usual” covers", self.foreign.pk: "No agreement covers", 999: "no such ticket"}
        for number, words in cases.items():
            with self.subTest(words):
                self.assertContains(self.client.get(reverse("desk:policies"), {"ticket": f"#{number}"}), words)

    def test_lines_and_custom_fields_stand_in_the_form_when_there_are_any(self):
        self.assertNotContains(self.client.get(reverse("desk:new_policy")), "Time in the team on L1")
        Team.objects.filter(pk=self.support.pk).update(line=1)
        TicketField.objects.create(key="area", label="Area", kind="choice", choices=["net", "mail"])
        page = self.save(**{"in_team-L1-any": "4 h", "if-line": ["1"], "if-field:area": ["net"]})
        policy = Policy.objects.get()
        self.assertEqual(policy.conditions, {"line": ["1"], "field:area": ["net"]})
        self.assertEqual(policy.targets.get().line, 1)
        for words in ("Time in the team on L1 within 4 h", "Line: L1.", "Area: net."):
            self.assertContains(page, words)


class LadderTests(SettingsTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.policy = Policy.objects.create(name="Usual", calendar=Calendar.objects.create(name="Office"))
        Target.objects.create(policy=cls.policy, metric=Metric.FIRST_ANSWER, length=timedelta(hours=2))

    def save(self, *rows: dict[str, object], known: int = 0):
        form = {"name": "Usual", "position": 1, "calendar": self.policy.calendar.pk, "is_active": "on",
                "first_answer-any": "2 h", "ladder-TOTAL_FORMS": len(rows), "ladder-INITIAL_FORMS": known}  # fmt: skip
        usual = {"share_percent": 100, "in_working_time": "on"}
        for number, row in enumerate(rows):
            form |= {f"ladder-{number}-{name}": value for name, value in (usual | row).items()}
        return self.client.post(reverse("desk:policy", args=[self.policy.pk]), form, follow=True)

    def test_steps_are_added_changed_and_removed(self):
        told = {"action": "tell_member", "whom": f"member:{self.ana.pk}", "share_percent": 70}
        page = self.save(told, {"action": "hand_over", "whom": f"team:{self.sales.pk}", "late": "2 h"}, {})
        first, second = self.policy.steps.all()
        self.assertEqual((first.member, first.share_percent, second.team), (self.ana, 70, self.sales))
        self.assertContains(page, "At 70 % of the time: Tell a member (Ana Belova). For a ticket opened now: First")
        self.assertContains(page, "2 h after the deadline: Hand over to a team (Sales).")
        self.save({"id": first.pk, "action": ""}, {"id": second.pk, "action": "next_line"}, known=2)
        step = self.policy.steps.get()
        self.assertEqual((step.action, step.team, step.plus), ("next_line", None, timedelta()))
        self.assertIsNotNone(step.since)

    def test_running_clocks_lay_their_rungs_anew(self):
        clock = start_clock(self.ticket, self.policy, self.policy.targets.get(), at=now())
        Clock.objects.update(laid_for=clock.due_at)
        self.save({})
        self.assertIsNotNone(Clock.objects.get(pk=clock.pk).laid_for)
        self.save({"action": "tell_head"})
        self.assertIsNone(Clock.objects.get(pk=clock.pk).laid_for)

    def test_what_is_wrong_is_said_and_nothing_is_kept(self):
        cases = (
            ({"action": "tell_member", "whom": f"team:{self.sales.pk}"}, "Choose a member"),
            ({"action": "tell_team"}, "Choose a team."),
            ({"action": "tell_head", "late": "soon"}, "is not a length of time"),
            ({"action": "dance"}, "ladder"),
        )
        for row, words in cases:
            with self.subTest(**row):
                self.assertContains(self.save(row), words)
        self.assertFalse(Step.objects.exists())

    def test_a_step_of_another_agreement_is_out_of_reach(self):
        other = Policy.objects.create(name="Other", calendar=self.policy.calendar)
        step = Step.objects.create(policy=other, action="tell_head")
        self.save({"id": step.pk, "action": ""}, known=1)
        self.assertTrue(Step.objects.filter(pk=step.pk).exists())


class ContractTests(SettingsTestCase):
    def test_the_contract_of_an_organisation_is_set_on_its_page_and_told(self):
        self.client.force_login(self.ana)
        page, form = reverse("desk:organisation", args=[self.alpha.pk]), {"name": "Alpha Supply", "contract": "Gold"}
        self.client.post(page, form | {"contract_begins": "2026-03-01", "contract_ends": "2026-12-31"})
        self.alpha.refresh_from_db()
        self.assertEqual((self.alpha.contract, str(self.alpha.contract_ends)), ("Gold", "2026-12-31"))
        self.assertContains(self.client.get(page), 'value="2026-03-01"')
        [line] = narrate(Event.objects.filter(kind="organisation.contract_changed"))
        self.assertEqual(line.sentence, "Contract: Gold; valid from March 1, 2026; valid to Dec. 31, 2026")

    def test_it_does_not_end_before_it_begins(self):
        page, form = reverse("desk:organisation", args=[self.alpha.pk]), {"name": "Alpha Supply", "contract": "Gold"}
        answer = self.client.post(page, form | {"contract_begins": "2026-03-02", "contract_ends": "2026-03-01"})
        self.assertContains(answer, "The contract ends before it begins.")

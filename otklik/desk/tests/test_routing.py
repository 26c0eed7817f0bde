"""Settings of routing: routes built without code, each team’s way, weights, skills, who works when."""

from datetime import timedelta

from otklik.calendars.models import Calendar
from otklik.journal.models import Event
from otklik.lib.inbound import Inbound, Sender
from otklik.routing.models import Assignment, Route, Weight
from otklik.staff.models import Company, Member, Skill, Team
from otklik.testing import CastTestCase
from otklik.tickets.intake import receive
from otklik.tickets.models import Ticket

ROUTES, NEW = "/desk/settings/routes/", "/desk/settings/routes/new/"
CONDITIONS = {"all": [{"if": "text", "is": "contains", "value": "invoice"}]}


class RoutesScreenTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)
        self.filled = {
            "name": "Invoices",
            "position": "1",
            "is_active": "on",
            "all-0-if": "text",
            "all-0-is": "contains",
            "all-0-value": "invoice",
            "team": str(self.sales.pk),
            "priority": "3",
            "tags": "Money, invoice, money",
            "save": "1",
        }

    def post(self, address: str = NEW, **changes: str):
        return self.client.post(address, self.filled | changes)

    def test_a_route_is_built_kept_and_followed(self):
        english = Skill.objects.create(name="English")
        self.post(skills=[str(english.pk)])
        route = Route.objects.get()
        self.assertEqual((route.conditions, route.team, route.priority), (CONDITIONS, self.sales, 3))
        self.assertEqual((route.tags, list(route.skills.all())), (["money", "invoice"], [english]))
        page = self.client.get(ROUTES)
        self.assertContains(page, "If Text of the message contains “invoice”")
        self.assertContains(page, "to the team Sales, to somebody with the skills: English, priority: High")
        mail = Inbound("<1@x>", Sender("email", "bea@alpha.example"), "Where is my invoice?")
        ticket = Ticket.objects.get(pk=receive(mail, channel=self.mailbox).message.ticket_id)
        self.assertEqual((ticket.team, ticket.priority), (self.sales, 3))

    def test_it_is_opened_and_changed(self):
        self.post()
        address = f"{ROUTES}{Route.objects.get().pk}/"
        page = self.client.get(address)
        self.assertContains(page, 'value="money, invoice"')
        self.assertContains(page, 'value="invoice"')
        self.post(address, name="Bills", **{"all-0-value": "bill"})
        route = Route.objects.get()
        self.assertEqual((route.name, route.conditions["all"][0]["value"]), ("Bills", "bill"))
        told = Event.objects.filter(kind="setting.changed").values_list("facts__section", "facts__name")
        self.assertEqual(list(told), [("routes", "Invoices"), ("routes", "Bills")])

    def test_rows_are_laid_out_anew_without_being_judged(self):
        page = self.client.post(NEW, {"name": "x", "is_personal": "on", "all-0-if": "type", "all-0-is": "contains"})
        self.assertContains(page, "Question")
        self.assertContains(page, 'id="id_is_personal" checked')
        self.assertNotContains(page, "errorlist")
        self.assertFalse(Route.objects.exists())

    def test_what_is_wrong_is_said_and_nothing_is_kept(self):
        cases = (
            ({"name": ""}, "This field is required"),
            ({"team": "", "priority": "", "tags": ""}, "Say what happens to a ticket"),
            ({"all-0-if": "age", "all-0-is": "more", "all-0-value": "soon"}, "“soon” does not fit"),
            ({"team": "999"}, "Select a valid choice"),
        )
        for changes, words in cases:
            with self.subTest(changes):
                self.assertContains(self.post(**changes), words)
        self.assertFalse(Route.objects.exists())

    def test_the_dry_run_changes_nothing(self):
        self.filled.pop("save")
        page = self.post(**{"try": "1", "all-0-value": "fire"})
        self.assertContains(page, "It fits 2 of 3 tickets that were opened")
        self.assertFalse(Route.objects.exists())

    def test_which_route_would_take_a_ticket(self):
        self.post(**{"all-0-value": "fire"})
        page = self.client.get(f"{ROUTES}?ticket=%23{self.ticket.pk}")
        self.assertContains(page, f"The route “Invoices” would take #{self.ticket.pk}")
        self.assertContains(self.client.get(f"{ROUTES}?ticket={self.foreign.pk}"), "No route would take")
        for asked in ("99999", "x", "9" * 30):
            self.assertContains(self.client.get(f"{ROUTES}?ticket={asked}"), "There is no such ticket")

    def test_one_that_asks_for_what_is_no_more_says_so(self):
        Route.objects.create(name="Gone", conditions={"all": [{"if": "field:gone", "is": "is", "value": "x"}]})
        page = self.client.get(ROUTES)
        self.assertContains(page, "fits nothing")
        self.assertContains(page, "“field:gone”, which does not exist any more")

    def test_a_removed_route_is_gone_and_what_it_did_stays(self):
        self.post(**{"all-0-value": "help"})
        mail = Inbound("<1@x>", Sender("email", "bea@alpha.example"), "Help")
        number = receive(mail, channel=self.sales_box).message.ticket_id
        self.assertContains(self.client.get(f"/desk/tickets/{number}/history/"), "By the route “Invoices”")
        self.client.post(f"{ROUTES}{Route.objects.get().pk}/removal/")
        self.assertFalse(Route.objects.exists())
        self.assertContains(self.client.get(f"/desk/tickets/{number}/history/"), "By the route “deleted”")


class AssignmentScreenTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)
        self.address = f"/desk/settings/assignment/{self.support.pk}/"
        self.filled = {
            "way": "in_turn",
            "minds_presence": "on",
            "taken_within": "1 h 30 min",
            "on_leave": "back",
            "away_after": "15 min",
        }

    def test_a_way_is_kept_and_told_in_words(self):
        self.client.post(self.address, self.filled)
        kept = Assignment.objects.get()
        self.assertEqual((kept.way, kept.on_leave, kept.waiting_stay), ("in_turn", "back", False))
        self.assertEqual((kept.taken_within, kept.away_after), (timedelta(minutes=90), timedelta(minutes=15)))
        page = self.client.get("/desk/settings/assignment/")
        self.assertContains(page, "In turn · only who is at the desk · taken within 1 h 30 min")
        self.assertContains(self.client.get(self.address), 'value="1 h 30 min"')

    def test_what_cannot_be_is_refused(self):
        cases = (
            ({"taken_within": "soon"}, "is not a length of time"),
            ({"minds_presence": ""}, "Whoever need not be at the desk is never away"),
            ({"way": "by_lot"}, "Select a valid choice"),
        )
        for changes, words in cases:
            with self.subTest(changes):
                given = {key: value for key, value in (self.filled | changes).items() if value}
                self.assertContains(self.client.post(self.address, given), words)
        self.assertFalse(Assignment.objects.exists())

    def test_weights_are_kept(self):
        page = self.client.get("/desk/settings/assignment/")
        given = dict.fromkeys(page.context["form"].fields, "1")
        self.client.post("/desk/settings/assignment/", given | {"priority-4": "3"})
        self.assertEqual(Weight.objects.get(about="priority", key="4").weight, 3)
        self.assertContains(self.client.post("/desk/settings/assignment/", given | {"priority-4": "-1"}), "errorlist")


class StaffSettingsTests(CastTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.admin)

    def test_a_member_has_skills_hours_a_limit_and_somebody_above(self):
        english, office = Skill.objects.create(name="English"), Calendar.objects.create(name="Office")
        given = {
            "name": "Ana Belova",
            "email": "ana@demo.example",
            "role": "agent",
            "language": "en",
            "is_active": "on",
            "teams": [self.support.pk, self.sales.pk],
            "skills": [english.pk],
            "calendar": office.pk,
            "ticket_limit": "5",
            "manager": self.admin.pk,
        }
        self.client.post(f"/desk/settings/staff/{self.ana.pk}/", given)
        ana = Member.objects.get(pk=self.ana.pk)
        self.assertEqual((ana.calendar, ana.ticket_limit, ana.manager), (office, 5, self.admin))
        self.assertEqual(list(ana.skills.all()), [english])
        self.assertTrue(Event.objects.about(ana).filter(kind="member.joined_team").exists())
        self.assertContains(self.client.get("/desk/settings/skills/"), "Ana Belova")

    def test_a_team_has_hours_and_skills(self):
        english, office = Skill.objects.create(name="English"), Calendar.objects.create(name="Office")
        address = f"/desk/settings/teams/{self.support.pk}/"
        self.client.post(address, {"name": "Support", "calendar": office.pk, "skills": [english.pk]})
        support = Team.objects.get(pk=self.support.pk)
        self.assertEqual((support.calendar, list(support.skills.all())), (office, [english]))
        self.assertContains(self.client.get(address), f"/desk/settings/assignment/{self.support.pk}/")

    def test_the_company_says_how_long_nothing_is_away(self):
        given = {"name": "Demo", "time_zone": "Europe/Moscow", "language": "en", "reopen_days": "14"}
        self.client.post("/desk/settings/", given | {"away_minutes": "5"})
        self.assertEqual(Company.objects.get().patience, timedelta(minutes=5))
        self.assertContains(self.client.post("/desk/settings/", given | {"away_minutes": "0"}), "errorlist")

    def test_only_administrators_set_these(self):
        route = Route.objects.create(name="All", tags=["x"])
        self.client.force_login(self.ana)
        for address in (ROUTES, NEW, f"{ROUTES}{route.pk}/", f"{ROUTES}{route.pk}/removal/",
                        "/desk/settings/assignment/", f"/desk/settings/assignment/{self.support.pk}/"):  # fmt: skip
            with self.subTest(address):
                self.assertEqual(self.client.post(address, {"save": "1"}).status_code, 403)
        self.assertTrue(Route.objects.exists())

"""The page of notices: one's own, leading to their tickets, and the choice of what is mailed."""

from django.urls import reverse

from otklik.notices.models import Mailing, Notice, Topic, Wishes, is_mailed, is_pushed
from otklik.testing import CastTestCase, react_to_all


class NoticePageTests(CastTestCase):
    def setUp(self) -> None:
        self.ticket.assign_to(self.ana, by=self.admin)
        react_to_all("notices")
        self.notice = Notice.objects.get()
        self.client.force_login(self.ana)

    def test_the_menu_counts_and_the_page_tells(self):
        page = self.client.get(reverse("desk:notices"))
        self.assertContains(page, "Assignee: — → Ana Belova")
        self.assertEqual(page.context["unseen"], "1")

    def test_the_subject_is_told_while_the_ticket_may_be_seen(self):
        self.assertContains(self.client.get(reverse("desk:notices")), self.ticket.subject)
        self.ticket.hand_to(self.sales, by=self.admin)
        self.assertNotContains(self.client.get(reverse("desk:notices")), self.ticket.subject)

    def test_following_a_notice_leads_to_its_ticket_and_marks_it_seen(self):
        answer = self.client.post(reverse("desk:notice", args=[self.notice.pk]))
        self.assertRedirects(answer, self.ticket.get_absolute_url())
        self.assertFalse(Notice.objects.unseen(self.ana).exists())

    def test_another_members_notice_is_not_found(self):
        self.client.force_login(self.omar)
        self.assertEqual(self.client.post(reverse("desk:notice", args=[self.notice.pk])).status_code, 404)
        self.assertNotContains(self.client.get(reverse("desk:notices")), "Ana Belova")

    def test_all_can_be_marked_as_seen(self):
        self.client.post(reverse("desk:notices_seen"))
        self.assertFalse(Notice.objects.unseen(self.ana).exists())

    def test_a_member_chooses_what_is_mailed_and_how(self):
        chosen = {"mailed": ["client_wrote"], "pushed": ["promise", "watched"], "mailing": "hour"}
        self.client.post(reverse("desk:notice_switches"), chosen)
        mailed = {topic for topic, chosen in is_mailed(self.ana).items() if chosen}
        self.assertEqual(mailed, {Topic.CLIENT_WROTE})
        pushed = {topic for topic, chosen in is_pushed(self.ana).items() if chosen}
        self.assertEqual(pushed, {Topic.PROMISE, Topic.WATCHED})
        wishes = Wishes.objects.get()
        self.assertEqual((wishes.member, wishes.mailing, wishes.mail_in_hours), (self.ana, Mailing.HOUR, False))

    def test_each_topic_is_one_row_with_what_was_chosen(self):
        self.client.post(reverse("desk:notice_switches"), {"mailed": ["promise"], "pushed": [], "mailing": "hour"})
        page = self.client.get(reverse("desk:notices"))
        self.assertContains(page, '<th scope="row" id="topic-', count=len(Topic.values))
        self.assertContains(page, 'name="mailed" value="promise" checked')
        self.assertNotContains(page, 'name="pushed" value="promise" checked')

    def test_what_the_page_does_not_offer_is_refused(self):
        answer = self.client.post(
            reverse("desk:notice_switches"), {"mailed": ["client_wrote"], "mailing": "never ever"}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(Wishes.objects.exists())

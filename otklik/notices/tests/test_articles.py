"""Whoever answers for an article is told on the day when it is to be checked."""

from datetime import date

from django.core import mail
from django.urls import reverse
from django.utils.timezone import now

from otklik.knowledge.reminding import remind_due
from otklik.knowledge.tests.cast import KnowledgeTestCase
from otklik.notices.mailing import mail_due
from otklik.notices.models import GATHERING, Notice, Push, Subscription, Topic
from otklik.notices.pushing import _content
from otklik.testing import react_to_all


class ArticleTests(KnowledgeTestCase):
    def test_the_notice_leads_to_the_article_and_to_no_ticket_of_its_number(self):
        self.public.checked(date(2026, 1, 1), by=self.admin)
        remind_due()
        react_to_all("notices")
        notice = Notice.objects.get(topic=Topic.ARTICLE)
        self.assertEqual((notice.member, notice.event.about_id), (self.lena, self.public.pk))
        mail_due(now() + 2 * GATHERING)
        [letter] = mail.outbox
        self.assertIn("Time to check the article “Printer jams”", letter.body)
        self.assertIn(f"/desk/knowledge/{self.public.pk}/", letter.body)
        self.assertNotIn("/desk/tickets/", letter.body)
        self.client.force_login(self.lena)
        self.assertNotContains(self.client.get(reverse("desk:notices")), f"#{self.public.pk} · Time")
        answer = self.client.post(reverse("desk:notice", args=[notice.pk]))
        self.assertRedirects(answer, reverse("desk:article", args=[self.public.pk]))
        self.assertFalse(Notice.objects.unseen(self.lena).exists())

    def test_a_browser_is_told_the_same(self):
        self.public.checked(date(2026, 1, 1), by=self.admin)
        agent = {"endpoint": "https://push.example/1", "public": "x", "auth": "x", "session": "x", "user_agent": "x"}
        browser = Subscription.take(self.lena, **agent)
        remind_due()
        react_to_all("notices")
        push = Push(subscription=browser, notice=Notice.objects.get(topic=Topic.ARTICLE), due_at=now())
        content = _content(browser, [push], set())
        self.assertEqual(content["url"], reverse("desk:article", args=[self.public.pk]))

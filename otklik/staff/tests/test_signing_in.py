"""Who may come in, by which door, and who is shut out."""

from django.core import mail
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from sesame.utils import get_token

from otklik.staff.models import Company, Member
from otklik.testing import PASSWORD, CastTestCase, kinds


class SigningInTests(CastTestCase):
    def is_in(self) -> bool:
        return "_auth_user_id" in self.client.session

    def test_by_password(self):
        self.client.post(reverse("account_login"), {"login": "ana@demo.example", "password": PASSWORD})
        self.assertTrue(self.is_in())

    def test_not_by_a_wrong_password(self):
        self.client.post(reverse("account_login"), {"login": "ana@demo.example", "password": "wrong"})
        self.assertFalse(self.is_in())

    def test_who_guesses_is_stopped_wherever_they_ask_next(self):
        wrong, right = ({"login": "ana@demo.example", "password": each} for each in ("wrong", PASSWORD))
        for _time in range(5):
            self.client.post(reverse("account_login"), wrong)
        self.client.post(reverse("account_login"), right)
        self.assertFalse(self.is_in())
        with connection.cursor() as cursor:  # where every web process looks, also one that began just now
            cursor.execute("SELECT COUNT(*) FROM shared_cache")
            self.assertGreater(cursor.fetchone()[0], 0)
        caches["default"].clear()
        self.client.post(reverse("account_login"), right)
        self.assertTrue(self.is_in())

    def test_nothing_is_promised_by_mail(self):
        for page in ("password/reset/", "email/"):
            with self.subTest(page):
                answer = self.client.post(f"/staff/{page}", {"email": "ana@demo.example", "action_add": ""})
                self.assertRedirects(answer, reverse("account_login"))
        self.assertEqual(mail.outbox, [])

    def test_nobody_signs_up_by_themselves(self):
        form = {"email": "eve@evil.example", "password1": PASSWORD, "password2": PASSWORD}
        self.client.post(reverse("account_signup"), form)
        self.assertFalse(Member.objects.filter(email="eve@evil.example").exists())

    def test_by_a_one_time_link_once(self):
        token = get_token(self.ana)
        self.client.post(reverse("one_time_link"), {"token": token})
        self.assertTrue(self.is_in())
        self.client.logout()
        self.client.post(reverse("one_time_link"), {"token": token})
        self.assertFalse(self.is_in())

    def test_merely_opening_the_link_uses_nothing_up(self):
        token = get_token(self.ana)
        self.client.get(reverse("one_time_link"), {"token": token})
        self.assertFalse(self.is_in())
        self.client.post(reverse("one_time_link"), {"token": token})
        self.assertTrue(self.is_in())

    def test_an_invented_link_opens_nothing(self):
        self.client.post(reverse("one_time_link"), {"token": "AAAAAAAAAAAA"})
        self.assertFalse(self.is_in())

    def test_who_is_deactivated_is_out_at_once(self):
        self.client.force_login(self.ana)
        self.assertTrue(self.ana.deactivate(by=self.admin))
        self.assertFalse(self.ana.deactivate(by=self.admin))
        answer = self.client.get("/desk/")
        self.assertEqual(answer.status_code, 302)
        self.assertIn(reverse("account_login"), answer["Location"])

    def test_a_new_role_is_written_down(self):
        self.assertTrue(self.ana.set_role(Member.Role.SUPERVISOR, by=self.admin))
        self.assertFalse(self.ana.set_role(Member.Role.SUPERVISOR, by=self.admin))
        self.assertEqual(kinds(self.ana), ["member.role_changed"])

    def test_there_is_one_company_in_a_zone_that_exists(self):
        with self.assertRaises(ValidationError):
            Company(name="Demo", time_zone="Mars/Olympus").full_clean()

"""What members say about themselves, and the two switches on every page."""

from django.urls import reverse

from otklik.staff.models import Member
from otklik.testing import CastTestCase


class ProfileTests(CastTestCase):
    def test_a_member_changes_their_own_profile_and_not_their_role(self):
        self.client.force_login(self.ana)
        form = {"name": "Ana B.", "signature": "Ana", "language": "ru", "theme": "dark", "role": "administrator"}
        self.client.post(reverse("profile"), form)
        ana = Member.objects.get(pk=self.ana.pk)
        self.assertEqual((ana.name, ana.signature, ana.language, ana.theme), ("Ana B.", "Ana", "ru", "dark"))
        self.assertEqual(ana.role, Member.Role.AGENT)

    def test_one_switch_leaves_the_other_alone(self):
        self.client.force_login(self.ana)
        self.client.post(reverse("preferences"), {"theme": "dark", "next": "/desk/"})
        self.client.post(reverse("preferences"), {"language": "ru"})
        ana = Member.objects.get(pk=self.ana.pk)
        self.assertEqual((ana.theme, ana.language), ("dark", "ru"))

    def test_a_dense_desk_says_so_on_every_page(self):
        self.client.force_login(self.ana)
        self.assertNotContains(self.client.get("/desk/queue/open/"), "data-density")
        self.client.post(reverse("preferences"), {"density": "dense", "next": "/desk/"})
        self.assertContains(self.client.get("/desk/queue/open/"), 'data-density="dense"')
        self.client.post(reverse("preferences"), {"density": "", "next": "/desk/"})
        self.assertNotContains(self.client.get("/desk/queue/open/"), "data-density")

    def test_a_visitor_s_language_is_kept_in_a_cookie(self):
        self.client.post(reverse("preferences"), {"language": "ru"})
        self.assertContains(self.client.get(reverse("account_login")), 'lang="ru"')

    def test_the_switch_leads_to_no_other_site(self):
        answer = self.client.post(reverse("preferences"), {"theme": "dark", "next": "https://evil.example/"})
        self.assertEqual(answer.url, "/")

    def test_account_pages_open(self):
        self.client.force_login(self.ana)
        for name in ("profile", "account_change_password", "mfa_index", "usersessions_list"):
            with self.subTest(name):
                self.assertEqual(self.client.get(reverse(name), follow=True).status_code, 200)

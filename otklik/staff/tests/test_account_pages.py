"""The pages of a member’s own account speak the member’s language."""

from django.test import TestCase
from django.urls import reverse

from otklik.staff.models import Member


class AccountPagesTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.ana = Member.objects.create_user(name="Ana", email="ana@demo.example", language="ru")

    def setUp(self) -> None:
        self.client.force_login(self.ana, backend="otklik.staff.backends.ByPassword")

    def test_the_second_step_is_told_in_plain_russian(self) -> None:
        page = self.client.get(reverse("mfa_index"))
        self.assertContains(page, "Добавить ключ доступа")
        self.assertContains(page, "Включить код")
        self.assertNotContains(page, "аутентификатор")

    def test_switching_the_code_on_explains_the_picture(self) -> None:
        self.assertContains(self.client.get(reverse("mfa_activate_totp")), "введите шесть цифр")

    def test_a_passkey_is_named_in_the_members_language(self) -> None:
        page = self.client.get(reverse("mfa_add_webauthn"))
        self.assertContains(page, "Название ключа")
        self.assertContains(page, "Входить без пароля")

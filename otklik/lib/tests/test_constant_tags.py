"""Tags that are quick say what Django's own say."""

from django.template import Context, Engine
from django.test import SimpleTestCase
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from otklik.lib.addresses import address_of

OURS = Engine.get_default()
DJANGO = Engine(libraries={"i18n": "django.templatetags.i18n"})


class ConstantTagsTests(SimpleTestCase):
    def test_texts_and_addresses_are_django_s_in_every_language_each_time(self) -> None:
        texts = (
            '{% translate "Queue" %}',
            '{% translate "Search" context "the page" %}',
            '{% trans "100 % <b>" %}',
            '{% translate "Online" as word %}[{{ word }}]',
            "{% translate word %}",
            '{% translate "Online" noop %}',
            '{% url "desk:home" %}',
            '{% url "desk:ticket" number %}',
            '{% url "desk:why" number 7 %}',
            '{% url "desk:queue" "open" %}',
            '{% url "desk:queue" key=word %}',
            '{% url "desk:home" as there %}{{ there }}',
        )
        for text in texts:
            ours, django = (engine.from_string(f"{{% load i18n %}}{text}") for engine in (OURS, DJANGO))
            for language, number in (("ru", 1), ("en", 20), ("ru", 300)):
                with self.subTest(text, language=language), override(language):
                    context = {"number": number, "word": "mine"}
                    self.assertEqual(ours.render(Context(context)), django.render(Context(context)))

    def test_an_address_that_does_not_exist_is_refused(self) -> None:
        for name, args in (("desk:nowhere", ()), ("desk:ticket", ()), ("desk:ticket", ("",)), ("desk:ticket", (-1,))):
            with self.subTest(name, args=args), self.assertRaises(NoReverseMatch):
                address_of(name, *args)

    def test_numbers_of_any_size_and_texts_stand_in_addresses(self) -> None:
        for args in ((0,), (7_919_000_000_000,), (2**63,)):
            self.assertEqual(address_of("desk:ticket", *args), reverse("desk:ticket", args=args))
        self.assertEqual(address_of("desk:queue", "view-5"), reverse("desk:queue", args=["view-5"]))

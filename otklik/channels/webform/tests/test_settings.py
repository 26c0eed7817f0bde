"""What an administrator writes about a form, and how it is kept."""

from otklik.channels.webform.options import FormOptions, Topic, parse
from otklik.channels.webform.settings import FormOptionsForm, form_link, line_of, snippet
from otklik.lib.consent import ConsentText
from otklik.testing import CastTestCase
from otklik.tickets.models import Channel, TicketField

TOPICS = "Delivery | incident | delivery, urgent | order_number\nSomething else"


class SettingsTests(CastTestCase):
    def setUp(self):
        TicketField.objects.create(key="order_number", label="Order number")
        options = FormOptions(title="Ask", consent=ConsentText("I agree.", 2)).as_json()
        self.form = Channel.objects.create(
            kind="webform", name="Shop", address="shop", team=self.support, answers_by=self.mailbox, options=options
        )

    def written(self, **changed: str) -> FormOptionsForm:
        return FormOptionsForm(
            {"title": "Ask us", "intro": "", "topics": TOPICS, "consent": "I agree."} | changed, channel=self.form
        )

    def test_lines_become_topics(self):
        form = self.written()
        self.assertTrue(form.is_valid(), form.errors)
        delivery = Topic("delivery", "Delivery", "incident", ("delivery", "urgent"), ("order_number",))
        self.assertEqual(form.options().topics, (delivery, Topic("something-else", "Something else")))

    def test_what_was_written_is_read_back_as_it_was(self):
        form = self.written()
        form.is_valid()
        self.assertEqual(parse(form.options().as_json()), form.options())
        self.assertEqual("\n".join(map(line_of, form.options().topics)), TOPICS)

    def test_the_form_begins_with_what_stands(self):
        self.assertEqual(FormOptionsForm(channel=self.form).initial["consent"], "I agree.")

    def test_the_version_grows_only_with_another_text(self):
        for text, version in (("I agree.", 2), ("  I agree.\r\n", 2), ("I agree to more.", 3), ("", 3)):
            with self.subTest(text=text):
                form = self.written(consent=text)
                form.is_valid()
                self.assertEqual(form.options().consent.version, version)

    def test_mistakes_in_topics_are_named(self):
        wrong = {
            "Delivery | nonsense": "“nonsense” is not a type of ticket",
            "Delivery ||| color": "no ticket field with the key “color”",
            "| incident": "is not a topic",
            "a | | | | b": "is not a topic",
            "One\none": "same name",
        }
        for topics, complaint in wrong.items():
            with self.subTest(topics=topics):
                self.assertIn(complaint, str(self.written(topics=topics).errors))

    def test_a_row_full_of_nonsense_still_gives_options(self):
        nonsense = ([], None, {"topics": 5, "consent": "x", "title": 1}, {"topics": [1, {"key": "a"}], "consent": {}})
        for options in nonsense:
            with self.subTest(options=options):
                self.assertEqual(parse(options), FormOptions())

    def test_the_snippet_frames_the_form_and_escapes_its_title(self):
        Channel.objects.filter(pk=self.form.pk).update(options={"title": '"><script>'})
        self.form.refresh_from_db()
        self.assertIn(f'src="{form_link(self.form)}?embed=1"', snippet(self.form))
        self.assertNotIn("<script>", snippet(self.form))

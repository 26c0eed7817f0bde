"""Finding articles: in any form of a word, on either layout, and never what one may not read."""

from otklik.knowledge.beginning import translate
from otklik.knowledge.finding import find, related, suggest
from otklik.knowledge.missing import note_miss
from otklik.knowledge.models import Miss, Visitor
from otklik.tickets.models import Tag

from .cast import KnowledgeTestCase, make_article


class FindingTests(KnowledgeTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        text = "<p>Напишите нам номер заказа: деньги придут на карту. Ещё раз проверьте счёт-фактуру.</p>"
        cls.refund = make_article("Как вернуть деньги за покупку", cls.lena, html=text, language="ru")

    def found(self, text, reader=Visitor.ANYBODY, **rest):
        return [hit.article.title for hit in find(text, reader=reader, **rest).hits]

    def test_words_are_found_in_any_form_and_on_either_layout(self):
        for text in ("вернули деньгу", "ВЕРНУТЬ ЗАКАЗЫ", "dthyenm ltymub", "еще счет", "№ заказа:"):
            with self.subTest(text):
                self.assertEqual(self.found(text), [self.refund.title])

    def test_a_title_tells_more_than_a_text(self):
        make_article("Scanner", self.lena, html="<p>It jams. Jams and jams again, unlike others.</p>")
        self.assertEqual(self.found("jam")[0], "Printer jams")

    def test_a_tag_is_found_too(self):
        self.public.tags.add(Tag.objects.create(name="hardware"))
        self.public.archive(by=self.lena)
        self.public.publish(by=self.lena)
        self.assertEqual(self.found("hardware"), ["Printer jams"])

    def test_nobody_finds_what_they_may_not_read(self):
        for reader, count in ((Visitor.ANYBODY, 1), (Visitor.CLIENT, 2), (self.ana, 3), (self.omar, 4), (self.olga, 3)):
            with self.subTest(reader=reader):
                self.assertEqual(len(self.found("printer", reader)), count)
                self.assertEqual(len(suggest("Printer button", reader=reader)), count)
        self.assertEqual([one.title for one in related(self.public, reader=Visitor.ANYBODY)], [])
        self.assertEqual([one.title for one in related(self.public, reader=Visitor.CLIENT)], ["Printer warranty"])

    def test_what_waits_to_be_published_is_not_found(self):
        self.public.write(title="Printer jams", html="<p>Use the zanzibar key.</p>", by=self.ana, seen=1)
        self.assertEqual(self.found("zanzibar", self.admin), [])
        self.public.publish(by=self.lena)
        self.assertEqual(self.found("zanzibar"), ["Printer jams"])

    def test_of_translations_one_is_found(self):
        russian = translate(self.public, "ru", by=self.lena)
        russian.publish(by=self.lena)
        self.assertEqual(
            [hit.article.language for hit in find("button", reader=Visitor.ANYBODY, language="ru").hits], ["ru"]
        )

    def test_a_story_is_answered_by_what_speaks_of_it(self):
        story = (
            "Здравствуйте! Вчера купил чайник, он не греет, хочу вернуть и получить деньги обратно, как это сделать?"
        )
        self.assertEqual([one.title for one in suggest(story, reader=Visitor.ANYBODY)], [self.refund.title])
        self.assertEqual(suggest("Добрый день, подскажите режим работы", reader=Visitor.ANYBODY), [])

    def test_anything_may_be_typed(self):
        for text in ("'; DROP TABLE knowledge_document; --", '"', "printer:*", "\\", "a' | b", "-printer", "", "& |"):
            with self.subTest(text):
                find(text, reader=Visitor.ANYBODY)
                suggest(text, reader=Visitor.ANYBODY)


class MissTests(KnowledgeTestCase):
    def test_what_was_not_found_is_counted_without_anything_personal(self):
        for text in ("Warp  drive!", "warp drive"):
            self.assertTrue(note_miss(text, "en"))
        self.assertEqual([(miss.text, miss.times) for miss in Miss.objects.all()], [("warp drive", 2)])
        for text in (
            "bea@alpha.example",
            "+7 000 123",
            "12 34",
            "",
            "!",
            "one two three four five six seven eight nine",
        ):
            with self.subTest(text):
                self.assertFalse(note_miss(text, "en"))

"""Articles as files: there and back, and nothing hostile on the way."""

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase

from otklik.knowledge import bundles
from otklik.knowledge.bundles import Zip, of_html, of_markdown
from otklik.knowledge.errors import BadBundle
from otklik.knowledge.importing import _joined, give_out, take_up
from otklik.knowledge.models import Article, Audience, Section, State
from otklik.knowledge.tests.cast import KnowledgeTestCase
from otklik.lib.rich import rich

MARKDOWN = """---
section: Payment / Refunds
audience: staff
tags: money, card
---
# Getting money back

Write **to us** and see ![the form](files/form.png).

## When

| Day | What |
|---|---|
| 1 | ask |

<script>alert(1)</script>
"""


class ReadingTests(SimpleTestCase):
    def test_markdown_is_read_with_its_particulars(self):
        found = of_markdown("a/back.md", MARKDOWN)
        self.assertEqual(found.title, "Getting money back")
        self.assertEqual(found.particulars["section"], "Payment / Refunds")
        kept = rich(found.html)
        for part in ("<strong>to us</strong>", "<h1>When</h1>", "1 | ask", "&lt;script&gt;"):
            self.assertIn(part, kept)
        self.assertNotIn("Getting money back", kept)

    def test_hostile_html_loses_what_could_do_harm(self):
        page = (
            '<title>T</title><body onload=x><h1>T</h1><h3>Part</h3><a href="javascript:1">a</a><svg><script>1</script>'
        )
        found = of_html("x.html", page)
        kept = rich(found.html)
        self.assertEqual((found.title, kept.startswith("<h1>Part</h1>")), ("T", True))
        for harm in ("javascript", "script", "svg", "onload"):
            self.assertNotIn(harm, kept)

    def test_any_file_is_read(self):
        for text in ("", "---\n", "\0", "<", "<!doctype html>", "---\na: b\n---\n", "# ", "<table><tr><td>"):
            with self.subTest(text):
                of_html("x.html", text)
                of_markdown("x.md", text)

    def test_no_path_leads_out_of_a_bundle(self):
        for source, name in {
            "../../etc/passwd.png": "etc/passwd.png",
            "/a.png": "a/a.png",
            "./b.png": "a/b.png",
        }.items():
            self.assertEqual(_joined(bundles.PurePosixPath("a"), source), name)


class BundleTestCase(KnowledgeTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(TemporaryDirectory()))

    def zip_of(self, **files):
        path = self.folder / "bundle.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in files.items():
                made.writestr(name, content)
        return path


class TakingTests(BundleTestCase):
    def test_a_folder_becomes_drafts_once(self):
        (self.folder / "files").mkdir()
        (self.folder / "files" / "form.png").write_bytes(b"picture")
        (self.folder / "back.md").write_text(MARKDOWN)
        (self.folder / "empty.html").write_text("<title>Nothing</title>")
        (self.folder / "secret.md").symlink_to("/etc/hostname")
        for _time in range(2):
            call_command(
                "articles", "import", str(self.folder), "--language", "en", stdout=io.StringIO(), stderr=io.StringIO()
            )
        made = Article.objects.get(title="Getting money back")
        self.assertEqual((made.state, made.audience, made.section.title), (State.DRAFT, Audience.STAFF, "Refunds"))
        self.assertEqual([tag.name for tag in made.tags.all()], ["card", "money"])
        file = made.files.get()
        self.assertIn(f'src="cid:{file.content_id}"', made.html)
        self.assertEqual(file.file.read(), b"picture")
        self.assertEqual(Section.objects.count(), 2)
        self.assertFalse(Article.objects.filter(title__in=["Nothing", "secret"]).exists())

    def test_a_zip_that_is_too_much_is_refused(self):
        bomb = self.zip_of(**{"bomb.md": b"0" * (3 * 2**20)})
        with mock.patch.object(bundles, "FILE_MAX", 2**20), self.assertRaises(CommandError) as refusal:
            call_command("articles", "import", str(bomb))
        self.assertIn("bomb.md > 1 MB", str(refusal.exception))
        many = self.zip_of(**{f"{number}.md": "x" for number in range(4)})
        with mock.patch.object(bundles, "FILES_MAX", 3), self.assertRaises(BadBundle):
            Zip(many).names()
        opened = Zip(self.zip_of(**{"a.md": b"1" * 60, "b.md": b"2" * 60}))
        opened.left = 100
        opened.names()
        opened.read("a.md")
        with self.assertRaises(BadBundle):
            opened.read("b.md")

    def test_what_is_no_bundle_is_said_to_be_none(self):
        (self.folder / "x.zip").write_text("no zip")
        for path in (self.folder / "x.zip", self.folder / "nowhere"):
            with self.assertRaises(CommandError):
                call_command("articles", "import", str(path))

    def test_only_those_who_publish_take_up(self):
        with self.assertRaises(CommandError):
            call_command("articles", "import", str(self.folder), "--as", self.ana.email)


class GivingTests(BundleTestCase):
    def told(self):
        rows = Article.objects.order_by("pk").select_related("section")
        return [
            (row.title, row.language, row.audience, row.state == State.PUBLISHED, row.text, str(row.section))
            for row in rows
        ]

    def test_there_and_back_is_the_same(self):
        Article.objects.exclude(pk=self.public.pk).delete()
        (self.folder / "files").mkdir()
        (self.folder / "files" / "form.png").write_bytes(b"picture")
        (self.folder / "back.md").write_text(MARKDOWN)
        (self.folder / "zurück.md").write_text(
            "---\nlanguage: ru\ntranslation-of: back.md\n---\n# Возврат\n\nТак & так."
        )
        take_up(bundles.Folder(self.folder), by=self.lena, language="en", is_published=True)
        before = self.told()
        self.assertEqual(len(before), 3)
        zipped = self.folder / "out.zip"
        self.assertEqual(give_out(Article.objects.all(), zipped), 3)
        Article.objects.all().delete()
        take_up(Zip(zipped), by=self.lena, language="en", is_published=True)
        self.assertEqual(self.told(), before)
        back = Article.objects.get(title="Getting money back")
        self.assertEqual(back.files.get().file.read(), b"picture")
        self.assertEqual([one.title for one in back.translations()], ["Возврат"])

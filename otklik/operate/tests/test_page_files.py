from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.test import SimpleTestCase, override_settings

from otklik.operate import page_files


class CollectingTests(SimpleTestCase):
    """With the storage of real use and two page files instead of ours."""

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source, target = Path(folder.name, "source"), Path(folder.name, "target")
        self.source.mkdir()
        (self.source / "one.css").write_text("a {}")
        storage = ManifestStaticFilesStorage(location=target)
        for change in (
            override_settings(STATICFILES_DIRS=[self.source], STATIC_ROOT=target, INSTALLED_APPS=[]),
            mock.patch.object(page_files, "staticfiles_storage", storage),
            mock.patch.object(page_files, "call_command", self.note),
            mock.patch.object(page_files, "progress", mock.MagicMock()),
        ):
            change.__enter__()
            self.addCleanup(change.__exit__, None, None, None)
        self.collected = 0
        self.target = target

    def note(self, *words: str, **options: object) -> None:
        self.collected += 1
        self.target.mkdir(exist_ok=True)

    def test_the_second_start_collects_nothing(self) -> None:
        page_files.collect()
        page_files.collect()
        self.assertEqual(self.collected, 1)

    def test_a_changed_and_a_new_file_are_collected(self) -> None:
        page_files.collect()
        (self.source / "one.css").write_text("a { color: red }")
        page_files.collect()
        (self.source / "two.css").write_text("b {}")
        page_files.collect()
        self.assertEqual(self.collected, 3)

    def test_a_storage_without_a_manifest_needs_no_collecting(self) -> None:
        with mock.patch.object(page_files, "staticfiles_storage", None):
            page_files.collect()
        self.assertEqual(self.collected, 0)

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.base import ContentFile
from django.test import SimpleTestCase

from otklik.lib.whole_files import WholeFiles


class Broken(ContentFile):
    """A file whose writing ends half way."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError("No space left on device")


class WholeFilesTests(SimpleTestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.store = WholeFiles(self.folder)

    def names(self) -> list[str]:
        return [str(file.relative_to(self.folder)) for file in self.folder.rglob("*") if file.is_file()]

    def test_a_file_is_kept_under_its_name(self) -> None:
        self.store.save("ab/abcd", ContentFile(b"whole"))
        self.assertEqual((self.folder / "ab" / "abcd").read_bytes(), b"whole")
        self.assertEqual(self.names(), ["ab/abcd"])

    def test_half_a_file_is_never_found_under_the_name(self) -> None:
        with self.assertRaises(OSError):
            self.store.save("ab/abcd", Broken(b""))
        self.assertEqual(self.names(), [])

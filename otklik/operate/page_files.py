"""The style sheets, scripts and fonts that browsers fetch, collected under names that change with their content."""

import hashlib
from io import StringIO

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.management import call_command

from .progress import progress


def collect() -> None:
    """Collect the page files unless what was collected came from the very same ones."""
    if not isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        return
    stamp = settings.STATIC_ROOT / ".collected"
    wanted = digest_of_sources()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with progress("collecting the page files"):
        call_command("collectstatic", verbosity=0, interactive=False, clear=True, stdout=StringIO())
    stamp.write_text(wanted)


def digest_of_sources() -> str:
    """Changes whenever a page file, its time or Django does."""
    digest = hashlib.sha256(django.__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = f"{path} {storage.get_modified_time(path)} {storage.size(path)}\n"
            digest.update(about.encode())
    return digest.hexdigest()

from django.core.management import call_command
from django.db import migrations


def make_table(_apps, editor):
    call_command("createcachetable", "shared_cache", database=editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_contrast")]

    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]

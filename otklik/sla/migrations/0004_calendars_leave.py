from django.db import migrations


class Migration(migrations.Migration):
    """The tables go to `otklik.calendars`; they take their rows along."""

    dependencies = [("sla", "0003_versions")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("calendar", "calendars_calendar"),
                migrations.AlterModelTable("calendarday", "calendars_calendarday"),
            ]
        )
    ]

import django.db.models.deletion
import otklik.calendars.models
import otklik.calendars.regions
import otklik.lib.zones
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("calendars", "0001_initial"),
        ("calendars", "0002_region"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('time_zone', models.CharField(default='Europe/Moscow', max_length=60, validators=[otklik.lib.zones.check_time_zone], verbose_name='time zone')),
                ('region', models.CharField(blank=True, choices=otklik.calendars.regions.choices, help_text='Its own days off are taken up with the Russian production calendar. Empty: only the country’s.', max_length=30, verbose_name='region')),
                ('week', models.JSONField(default=otklik.calendars.models.office_week, validators=[otklik.calendars.models.check_week], verbose_name='week')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'ordering': ['name'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='calendars.calendar')),
                ('date', models.DateField(verbose_name='date')),
                ('spans', models.JSONField(default=list, validators=[otklik.calendars.models.spans_of], verbose_name='hours')),
                ('label', models.CharField(blank=True, max_length=120, verbose_name='what day it is')),
                ('is_by_hand', models.BooleanField(default=True, editable=False)),
            ],
            options={
                'ordering': ['date'],
                'constraints': [models.UniqueConstraint(fields=('calendar', 'date'), name='calendar_day_once')],
                'indexes': [],
            },
        ),
    ]

import datetime
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("rules", "0001_initial"),
    ]

    dependencies = [
        ('journal', '0001_store'),
        ('tickets', '0001_store'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=10, help_text='Rules go by this number.', verbose_name='position')),
                ('kinds', models.JSONField(default=list, verbose_name='when')),
                ('after', models.DurationField(default=datetime.timedelta, verbose_name='after so long')),
                ('counted_by', models.CharField(blank=True, max_length=40, verbose_name='time is counted')),
                ('conditions', models.JSONField(blank=True, default=dict, verbose_name='if')),
                ('actions', models.JSONField(default=list, verbose_name='then')),
                ('is_last', models.BooleanField(default=False, help_text='When this one holds, on the same event.', verbose_name='later rules do not run')),
                ('is_active', models.BooleanField(default=False, editable=False, verbose_name='switched on')),
                ('active_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('switched_off_at', models.DateTimeField(editable=False, null=True)),
                ('switched_off_why', models.CharField(blank=True, choices=[('too_often', 'It did something on one ticket more than ten times within an hour.'), ('failed', 'It failed five times in a row.'), ('no_calendar', 'The calendar that its time was counted by does not exist any more.')], editable=False, max_length=12)),
            ],
            options={
                'ordering': ['position', 'pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Occasion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journal.event')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='occasions', to='rules.rule')),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['due_at', 'id'], name='occasion_due')],
                'constraints': [models.UniqueConstraint(fields=('event', 'rule'), name='occasion_once'), models.UniqueConstraint(condition=models.Q(('rule', None)), fields=('event',), name='occasion_for_all_once')],
            },
        ),
        migrations.CreateModel(
            name='RuleRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='rules.rule')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journal.event')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('at', models.DateTimeField()),
                ('depth', models.PositiveSmallIntegerField(default=1)),
                ('outcome', models.CharField(choices=[('did', 'Did something'), ('nothing', 'All was so already'), ('would_not', 'Did not apply'), ('failed', 'Failed')], default='would_not', max_length=10)),
                ('why', models.CharField(blank=True, choices=[('condition', 'A condition did not hold'), ('chain', 'Too many rules set each other off'), ('too_often', 'It ran too often on this ticket'), ('error', 'An action could not be done')], max_length=10)),
                ('failing', models.JSONField(null=True)),
                ('error', models.TextField(blank=True)),
                ('tx', models.BigIntegerField(default=0)),
                ('first_event', models.BigIntegerField(null=True)),
                ('last_event', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['rule', '-id'], name='rule_run_newest'), models.Index(fields=['ticket', 'rule', 'at'], name='rule_run_ticket'), models.Index(condition=models.Q(('last_event__isnull', False)), fields=['tx', 'last_event'], name='rule_run_caused'), models.Index(fields=['outcome', 'at'], name='rule_run_age')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'event'), name='rule_run_once')],
            },
        ),
    ]

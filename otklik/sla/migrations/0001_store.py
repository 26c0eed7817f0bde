import datetime
import django.db.models.deletion
import django.utils.timezone
import otklik.tickets.choosing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("sla", "0001_initial"),
        ("sla", "0002_ladder"),
        ("sla", "0003_versions"),
        ("sla", "0004_calendars_leave"),
        ("sla", "0005_calendars_left"),
        ("sla", "0006_promises"),
        ("sla", "0007_callback"),
    ]

    dependencies = [
        ('calendars', '0001_store'),
        ('staff', '0001_store'),
        ('tickets', '0001_store'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Callback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='callbacks', to='tickets.ticket')),
                ('phone', models.CharField(max_length=40, verbose_name='phone')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('wanted_at', models.DateTimeField(null=True)),
                ('remind_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('reached', 'Reached'), ('not_reached', 'Not reached'), ('withdrawn', 'Withdrawn')], max_length=12)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='callback_remind')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket',), name='callback_once')],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The first one that fits a ticket is in force.', verbose_name='position')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='calendars.calendar', verbose_name='calendar')),
                ('conditions', models.JSONField(blank=True, default=dict, validators=[otklik.tickets.choosing.check_conditions], verbose_name='conditions')),
                ('is_active', models.BooleanField(default=True, verbose_name='in force')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'ordering': ['position', 'pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('callback', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='sla.callback')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('is_reached', models.BooleanField()),
                ('note', models.TextField(blank=True, max_length=1000)),
            ],
            options={
                'ordering': ['at', 'pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='sla.policy')),
                ('metric', models.CharField(choices=[('first_answer', 'First answer'), ('next_answer', 'Next answer'), ('resolution', 'Resolution'), ('callback', 'Callback'), ('in_team', 'Time in the team')], max_length=15, verbose_name='what is promised')),
                ('priority', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Low'), (2, 'Normal'), (3, 'High'), (4, 'Critical')], help_text='Empty: any.', null=True, verbose_name='priority')),
                ('line', models.PositiveSmallIntegerField(choices=[(0, 'any'), (1, 'L1'), (2, 'L2'), (3, 'L3')], default=0, verbose_name='line')),
                ('length', models.DurationField(verbose_name='within')),
                ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='calendars.calendar', verbose_name='calendar')),
            ],
            options={
                'ordering': ['policy', 'metric', 'line', 'priority'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'metric', 'line', 'priority'), name='target_once'), models.UniqueConstraint(condition=models.Q(('priority', None)), fields=('policy', 'metric', 'line'), name='target_for_any_once'), models.CheckConstraint(condition=models.Q(('length__gt', datetime.timedelta(0))), name='target_is_some_time')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='tickets.ticket')),
                ('metric', models.CharField(choices=[('first_answer', 'First answer'), ('next_answer', 'Next answer'), ('resolution', 'Resolution'), ('callback', 'Callback'), ('in_team', 'Time in the team')], max_length=15, verbose_name='what is promised')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.policy')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calendars.calendar')),
                ('length', models.DurationField()),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('broken_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('is_met', models.BooleanField(default=False)),
                ('calendar_version', models.PositiveIntegerField(default=0)),
                ('policy_version', models.PositiveIntegerField(default=0)),
                ('laid_for', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('broken_at', None), ('due_at__isnull', False)), fields=['due_at', 'id'], name='clock_due'), models.Index(condition=models.Q(('due_at__isnull', False), models.Q(('laid_for', None), models.Q(('laid_for', models.F('due_at')), _negated=True), _connector='OR')), fields=['id'], name='clock_to_lay'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['calendar', 'calendar_version'], name='clock_counted_by'), models.Index(condition=models.Q(('ended_at', None)), fields=['policy', 'policy_version'], name='clock_promised_by')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket', 'metric'), name='clock_once')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='sla.policy')),
                ('metric', models.CharField(blank=True, choices=[('first_answer', 'First answer'), ('next_answer', 'Next answer'), ('resolution', 'Resolution'), ('callback', 'Callback'), ('in_team', 'Time in the team')], help_text='Empty: of every promise.', max_length=15, verbose_name='promise')),
                ('share_percent', models.PositiveSmallIntegerField(default=100, help_text='100 is the deadline, 70 is 30 per cent before it.', verbose_name='at % of the time')),
                ('plus', models.DurationField(default=datetime.timedelta, verbose_name='and so long after that')),
                ('action', models.CharField(choices=[('tell_assignee', 'Tell the assignee'), ('tell_manager', 'Tell the assignee’s manager'), ('tell_head', 'Tell the head of the team'), ('tell_member', 'Tell a member'), ('tell_team', 'Tell everybody of a team'), ('raise_priority', 'Raise the priority'), ('hand_over', 'Hand over to a team'), ('next_line', 'Escalate to the next line')], max_length=15, verbose_name='what happens')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.team', verbose_name='team')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='member')),
                ('since', models.DateTimeField(editable=False, null=True)),
                ('in_working_time', models.BooleanField(default=True, help_text='A mail at midnight helps nobody.', verbose_name='mail it in working time')),
            ],
            options={
                'ordering': ['policy', 'share_percent', 'plus', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('action__in', ['hand_over', 'tell_team']), _negated=True), ('team__isnull', False), _connector='OR'), name='step_names_its_team'), models.CheckConstraint(condition=models.Q(models.Q(('action', 'tell_member'), _negated=True), ('member__isnull', False), _connector='OR'), name='step_names_its_member'), models.CheckConstraint(condition=models.Q(('share_percent__lte', 1000)), name='step_is_within_reason')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='sla.clock')),
                ('begin', models.DateTimeField()),
                ('end', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['begin', 'pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='sla.clock')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sla.step')),
                ('laid_for', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='rung_due')],
                'constraints': [models.UniqueConstraint(fields=('clock', 'step'), name='rung_once')],
            },
        ),
    ]

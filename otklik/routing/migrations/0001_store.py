import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("routing", "0001_initial"),
    ]

    dependencies = [
        ('staff', '0001_store'),
        ('tickets', '0001_store'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='assignment', serialize=False, to='staff.team')),
                ('way', models.CharField(choices=[('by_hand', 'By hand'), ('in_turn', 'In turn'), ('least_loaded', 'To whoever has the least to do')], default='by_hand', max_length=15, verbose_name='how tickets find an assignee')),
                ('same_person_first', models.BooleanField(default=False, help_text='If they can take it.', verbose_name='first whoever answered this client last time')),
                ('minds_presence', models.BooleanField(default=True, help_text='Otherwise working time and leave alone count.', verbose_name='only members who are at the desk')),
                ('taken_within', models.DurationField(blank=True, help_text='The head is told of a ticket that nobody has for so long, in the team’s working time.', null=True, verbose_name='taken within')),
                ('on_leave', models.CharField(choices=[('substitute', 'To the substitute; without one back to the team'), ('back', 'Back to the team'), ('stay', 'They stay')], default='substitute', max_length=12, verbose_name='when a member goes on leave, their tickets')),
                ('waiting_stay', models.BooleanField(default=True, verbose_name='tickets that wait for somebody else stay until there is an answer')),
                ('away_after', models.DurationField(blank=True, help_text='Tickets with an unanswered client are taken back from a member who is away for so long.', null=True, verbose_name='away for')),
                ('given', models.BigIntegerField(default=0, editable=False)),
                ('due_at', models.DateTimeField(editable=False, null=True)),
                ('sweep_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='assignment_due'), models.Index(condition=models.Q(('sweep_at__isnull', False)), fields=['sweep_at'], name='assignment_sweep')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.team')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('number', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('team', 'member'), name='turn_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Weight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('channel', 'Channel'), ('priority', 'Priority')], max_length=10)),
                ('key', models.CharField(max_length=20)),
                ('weight', models.PositiveSmallIntegerField(verbose_name='weight')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('about', 'key'), name='weight_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Recall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.team')),
                ('why', models.CharField(choices=[('on_leave', 'on leave'), ('gone', 'does not answer here any more'), ('away', 'away, and the client waits')], max_length=10)),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['due_at', 'id'], name='recall_due')],
                'constraints': [models.UniqueConstraint(fields=('member', 'team', 'why'), name='recall_once')],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=10, help_text='The first route that fits a ticket takes it.', verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('conditions', models.JSONField(blank=True, default=dict)),
                ('team', models.ForeignKey(blank=True, help_text='Empty: the team of the channel.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.team', verbose_name='team')),
                ('is_personal', models.BooleanField(default=False, help_text='If they can take it; otherwise to somebody else by the team’s way.', verbose_name='to the client’s personal manager')),
                ('priority', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Low'), (2, 'Normal'), (3, 'High'), (4, 'Critical')], help_text='Empty: as it is.', null=True, verbose_name='priority')),
                ('tags', models.JSONField(blank=True, default=list, verbose_name='tags')),
                ('skills', models.ManyToManyField(blank=True, help_text='Only a member who has all of them is given the ticket.', related_name='+', to='staff.skill', verbose_name='skills')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='tickets.ticket')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.skill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'skill'), name='need_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Wait',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='wait', serialize=False, to='tickets.ticket')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.team')),
                ('since', models.DateTimeField()),
                ('priority', models.PositiveSmallIntegerField()),
                ('needs', models.CharField(blank=True, max_length=200)),
                ('way', models.CharField(blank=True, choices=[('by_hand', 'By hand'), ('in_turn', 'In turn'), ('least_loaded', 'To whoever has the least to do')], max_length=15)),
                ('wanted', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('besides', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('due_at', models.DateTimeField(null=True)),
                ('tell_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['team', '-priority', 'since'], name='wait_in_order'), models.Index(fields=['team', 'needs'], name='wait_needs'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='wait_fresh'), models.Index(condition=models.Q(('tell_at__isnull', False)), fields=['tell_at'], name='wait_tell')],
                'constraints': [],
            },
        ),
    ]

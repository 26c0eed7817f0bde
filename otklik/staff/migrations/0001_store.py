import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import otklik.lib.zones
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models


def make_table(_apps, editor):
    call_command("createcachetable", "shared_cache", database=editor.connection.alias)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("staff", "0001_initial"),
        ("staff", "0002_chain"),
        ("staff", "0003_line"),
        ("staff", "0004_presence"),
        ("staff", "0005_contrast"),
        ("staff", "0006_shared_cache"),
        ("staff", "0007_single_keys"),
        ("staff", "0008_automatic_mail"),
        ("staff", "0009_habits"),
    ]

    dependencies = [
        ('calendars', '0001_store'),
    ]

    operations = [
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='company name')),
                ('time_zone', models.CharField(default='Europe/Moscow', max_length=60, validators=[otklik.lib.zones.check_time_zone], verbose_name='time zone')),
                ('language', models.CharField(choices=[('ru', 'Русский'), ('en', 'English')], default='ru', max_length=2, verbose_name='language')),
                ('reopen_days', models.PositiveSmallIntegerField(default=14, help_text='An answer that comes later opens a new ticket linked to the old one.', verbose_name='days in which an answer reopens a closed ticket')),
                ('away_minutes', models.PositiveSmallIntegerField(default=10, help_text='A member who does nothing at the desk for so long is taken to be away.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes until away')),
                ('one', models.BooleanField(default=True, editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('one',), name='company_is_one')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
            ],
            options={
                'ordering': ['name'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('line', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'L1'), (2, 'L2'), (3, 'L3')], help_text='What a team cannot solve is escalated to the next line.', null=True, verbose_name='line')),
                ('calendar', models.ForeignKey(blank=True, help_text='When its members work; empty: always.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calendars.calendar', verbose_name='calendar')),
                ('automatic_mail', models.BooleanField(default=True, help_text='Auto-replies and what is said out of hours also go to those who write to this team.', verbose_name='automatic mail')),
                ('skills', models.ManyToManyField(blank=True, help_text='Only members who have all of them are given its tickets.', related_name='+', to='staff.skill', verbose_name='skills')),
            ],
            options={
                'ordering': ['name'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('role', models.CharField(choices=[('administrator', 'Administrator'), ('supervisor', 'Supervisor'), ('agent', 'Agent'), ('observer', 'Observer')], default='agent', max_length=15, verbose_name='role')),
                ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='manager')),
                ('calendar', models.ForeignKey(blank=True, help_text='When they work; empty: as their team does.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calendars.calendar', verbose_name='calendar')),
                ('ticket_limit', models.PositiveSmallIntegerField(blank=True, help_text='No more are given by themselves while so many wait for an answer of theirs; empty: no limit.', null=True, verbose_name='tickets at most')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('signature', models.TextField(blank=True, help_text='Stands under every answer you send.', verbose_name='signature')),
                ('language', models.CharField(choices=[('ru', 'Русский'), ('en', 'English')], default='ru', max_length=2, verbose_name='language')),
                ('theme', models.CharField(blank=True, choices=[('', 'As the system'), ('light', 'Light'), ('dark', 'Dark'), ('contrast', 'High contrast')], max_length=8, verbose_name='theme')),
                ('single_keys', models.BooleanField(default=True, help_text='J, K, R and others act at once when no field is in focus.', verbose_name='single keys')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('habits', models.JSONField(blank=True, default=dict, editable=False)),
                ('read_until', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('teams', models.ManyToManyField(blank=True, related_name='members', to='staff.team', verbose_name='teams')),
                ('skills', models.ManyToManyField(blank=True, related_name='members', to='staff.skill', verbose_name='skills')),
            ],
            options={
                'ordering': ['name'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leaves', to=settings.AUTH_USER_MODEL)),
                ('substitute', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['begins_at', 'pk'],
                'indexes': [models.Index(fields=['member', 'ends_at'], name='leave_of_member'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='leave_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('begins_at__lt', models.F('ends_at'))), name='leave_is_some_time')],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='presence', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('chosen', models.CharField(choices=[('online', 'Online'), ('away', 'Away'), ('offline', 'Offline')], default='online', max_length=10)),
                ('open_until', models.DateTimeField(null=True)),
                ('active_until', models.DateTimeField(null=True)),
                ('status', models.CharField(choices=[('online', 'Online'), ('away', 'Away'), ('offline', 'Offline')], default='offline', max_length=10)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='presence_due')],
                'constraints': [],
            },
        ),
        migrations.AddField(
            model_name='Team',
            name='head',
            field=models.ForeignKey(blank=True, help_text='Is told when promises are broken here.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='headed_teams', to=settings.AUTH_USER_MODEL, verbose_name='head'),
        ),
        migrations.RunPython(make_table, migrations.RunPython.noop),
    ]

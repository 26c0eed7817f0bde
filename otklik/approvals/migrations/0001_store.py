import django.db.models.deletion
import django.utils.timezone
import otklik.approvals.models.rule
import otklik.tickets.choosing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("approvals", "0001_initial"),
    ]

    dependencies = [
        ('calendars', '0001_store'),
        ('tickets', '0001_store'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The first one that fits a change is in force.', verbose_name='position')),
                ('conditions', models.JSONField(blank=True, default=dict, validators=[otklik.tickets.choosing.check_conditions], verbose_name='conditions')),
                ('before', models.JSONField(blank=True, default=list, validators=[otklik.approvals.models.rule.check_states])),
                ('after', models.JSONField(default=list, validators=[otklik.approvals.models.rule.check_states])),
                ('expires_after', models.DurationField(blank=True, null=True)),
                ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calendars.calendar', verbose_name='calendar')),
                ('is_active', models.BooleanField(default=True, verbose_name='in force')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='ApprovalStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='approvals.approvalrule')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('who', models.CharField(choices=[('head', 'The head of the team'), ('manager', 'The client’s personal manager'), ('members', 'Named members'), ('role', 'Everybody with a role')], max_length=10, verbose_name='who approves')),
                ('role', models.CharField(blank=True, choices=[('administrator', 'Administrator'), ('supervisor', 'Supervisor'), ('agent', 'Agent'), ('observer', 'Observer')], max_length=15, verbose_name='role')),
                ('needs_all', models.BooleanField(default=False, verbose_name='all of them have to')),
                ('members', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='members')),
            ],
            options={
                'ordering': ['rule', 'position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('who', 'role'), _negated=True), models.Q(('role', ''), _negated=True), _connector='OR'), name='approval_step_names_its_role')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='tickets.ticket')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.approvalrule')),
                ('before', models.CharField(choices=[('new', 'New'), ('open', 'Open'), ('waiting_client', 'Waiting for the client'), ('waiting_third_party', 'Waiting for a third party'), ('resolved', 'Resolved'), ('closed', 'Closed')], max_length=20)),
                ('after', models.CharField(choices=[('new', 'New'), ('open', 'Open'), ('waiting_client', 'Waiting for the client'), ('waiting_third_party', 'Waiting for a third party'), ('resolved', 'Resolved'), ('closed', 'Closed')], max_length=20)),
                ('by', models.CharField(blank=True, max_length=20)),
                ('by_id', models.BigIntegerField(null=True)),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(null=True)),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('overtaken', 'Overtaken: the ticket has changed meanwhile')], max_length=10)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None), ('expires_at__isnull', False)), fields=['expires_at'], name='approval_expires')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket', 'after'), name='approval_once')],
            },
        ),
        migrations.CreateModel(
            name='Ask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asks', to='approvals.approval')),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to=settings.AUTH_USER_MODEL)),
                ('is_yes', models.BooleanField(null=True)),
                ('why', models.TextField(blank=True)),
                ('at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('is_yes', None)), fields=['member'], name='ask_open')],
                'constraints': [models.UniqueConstraint(fields=('approval', 'step', 'member'), name='ask_once')],
            },
        ),
    ]

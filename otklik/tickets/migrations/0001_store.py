import datetime
import django.db.models.deletion
import django.utils.timezone
import otklik.tickets.models.channel
import otklik.tickets.models.view
import uuid
from django.conf import settings
from django.db import migrations, models


# The index of every message's words, in each store's own kind of table; the worker fills it.
MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE tickets_document USING fts5(words, people, columnsize = 0, prefix = '4',"
        " tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")",
        "CREATE VIRTUAL TABLE tickets_document_term USING fts5vocab(tickets_document, instance)",
    ],
    "postgresql": [
        "CREATE TABLE tickets_document (id bigint PRIMARY KEY, words tsvector NOT NULL)",
        # What is written waits in a list that every search reads through, so that is kept short.
        "CREATE INDEX tickets_document_words ON tickets_document USING gin (words) WITH (gin_pending_list_limit = 512)",
        # How often a word occurs is not asked: the eras bound every question.
        "ALTER TABLE tickets_document ALTER COLUMN words SET STATISTICS 0",
    ],
}
DROP = {
    "sqlite": ["DROP TABLE tickets_document_term", "DROP TABLE tickets_document"],
    "postgresql": ["DROP TABLE tickets_document"],
}


def make_index(_apps, editor):
    for statement in MAKE[editor.connection.vendor]:
        editor.execute(statement)


def drop_index(_apps, editor):
    for statement in DROP[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("tickets", "0001_initial"),
        ("tickets", "0002_search"),
        ("tickets", "0003_nature"),
        ("tickets", "0004_delivery_reason"),
        ("tickets", "0005_due"),
        ("tickets", "0006_recent"),
        ("tickets", "0007_delivery_no_route"),
        ("tickets", "0008_revising"),
        ("tickets", "0009_terms"),
        ("tickets", "0010_drafts"),
        ("tickets", "0011_views"),
        ("tickets", "0012_documents"),
        ("tickets", "0013_canned"),
        ("tickets", "0014_seen"),
        ("tickets", "0015_tries_of_index"),
        ("tickets", "0016_together"),
        ("tickets", "0017_bulk"),
        ("tickets", "0018_wishes"),
        ("tickets", "0019_put_off"),
    ]

    dependencies = [
        ('clients', '0001_store'),
        ('staff', '0001_store'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=otklik.tickets.models.channel.channel_kinds, max_length=20, verbose_name='kind')),
                ('name', models.CharField(help_text='Clients see it as the sender’s name.', max_length=80, verbose_name='name')),
                ('address', models.CharField(max_length=254, verbose_name='address')),
                ('team', models.ForeignKey(help_text='New tickets go to this team.', on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='staff.team', verbose_name='team')),
                ('answers_by', models.ForeignKey(blank=True, help_text='For a channel that cannot carry answers itself.', null=True, on_delete=django.db.models.deletion.PROTECT, to='tickets.channel', verbose_name='mailbox for answers')),
                ('signature', models.TextField(blank=True, help_text='Stands under every answer.', verbose_name='signature')),
                ('language', models.CharField(choices=[('ru', 'Русский'), ('en', 'English')], default='ru', max_length=2, verbose_name='language')),
                ('options', models.JSONField(blank=True, default=dict)),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'ordering': ['kind', 'name'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'address'), name='channel_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Tag',
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
            name='TicketField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, verbose_name='key')),
                ('label', models.CharField(max_length=80, verbose_name='label')),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('date', 'Date'), ('choice', 'Choice'), ('yes_no', 'Yes or no')], default='text', max_length=10, verbose_name='kind')),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='choices')),
                ('is_required', models.BooleanField(default=False, verbose_name='required')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('types', models.JSONField(blank=True, default=list, verbose_name='types')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('key',), name='ticket_field_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Bulk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('press', models.UUIDField(default=uuid.uuid4)),
                ('steps', models.JSONField()),
                ('total', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='bulk_due'), models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], name='bulk_age')],
                'constraints': [models.UniqueConstraint(fields=('member', 'press'), name='bulk_once')],
            },
        ),
        migrations.CreateModel(
            name='CannedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='canned_replies', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='canned_replies', to='staff.team')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('shortcut', models.CharField(blank=True, help_text='What you type behind / to find it at once.', max_length=30, verbose_name='shortcut')),
                ('language', models.CharField(blank=True, choices=[('ru', 'Русский'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('html', models.TextField(blank=True)),
                ('uses', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['title', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('owner', None), ('team', None), _connector='OR'), name='canned_of_one')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to=settings.AUTH_USER_MODEL)),
                ('audience', models.CharField(choices=[('own', 'Only me'), ('team', 'A team'), ('everyone', 'Everyone')], default='own', max_length=10, verbose_name='who sees it')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.team', verbose_name='team')),
                ('standing', models.CharField(choices=[('open', 'Open ones'), ('over', 'Resolved and closed ones'), ('any', 'Open and closed ones')], default='open', max_length=5, verbose_name='tickets')),
                ('conditions', models.JSONField(blank=True, default=dict)),
                ('sort', models.CharField(choices=[('activity', 'By last message'), ('quiet', 'Silent for longest first'), ('created', 'Newest first'), ('oldest', 'Oldest first'), ('priority', 'By priority'), ('deadline', 'By deadline')], default='activity', max_length=10, verbose_name='order')),
                ('group', models.CharField(blank=True, choices=[('state', 'State'), ('assignee', 'Assignee'), ('team', 'Team'), ('priority', 'Priority')], max_length=10, verbose_name='grouped by')),
                ('layout', models.CharField(choices=[('list', 'List'), ('compact', 'Compact'), ('board', 'Board')], default='list', max_length=10, verbose_name='layout')),
                ('columns', models.JSONField(blank=True, default=list, verbose_name='columns')),
                ('version', models.BigIntegerField(default=otklik.tickets.models.view.fresh, editable=False)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Terms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='staff.team')),
                ('wants_reason', models.BooleanField(default=False)),
                ('wants_phone', models.BooleanField(default=False)),
                ('wants_email', models.BooleanField(default=False)),
                ('confirm', models.TextField(blank=True, max_length=500)),
                ('fields', models.ManyToManyField(blank=True, related_name='+', to='tickets.ticketfield')),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=250, verbose_name='subject')),
                ('type', models.CharField(choices=[('question', 'Question'), ('incident', 'Incident'), ('service_request', 'Service request'), ('complaint', 'Complaint')], default='question', max_length=20, verbose_name='type')),
                ('state', models.CharField(choices=[('new', 'New'), ('open', 'Open'), ('waiting_client', 'Waiting for the client'), ('waiting_third_party', 'Waiting for a third party'), ('resolved', 'Resolved'), ('closed', 'Closed')], default='new', max_length=20, verbose_name='state')),
                ('state_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_open', models.GeneratedField(db_persist=True, expression=models.Case(models.When(state__in=['resolved', 'closed'], then=models.Value(False)), default=models.Value(True)), output_field=models.BooleanField())),
                ('priority', models.PositiveSmallIntegerField(choices=[(1, 'Low'), (2, 'Normal'), (3, 'High'), (4, 'Critical')], default=2, verbose_name='priority')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='staff.team', verbose_name='team')),
                ('assignee', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to=settings.AUTH_USER_MODEL, verbose_name='assignee')),
                ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='clients.person', verbose_name='client')),
                ('address', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clients.address')),
                ('channel', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='tickets.channel')),
                ('fields', models.JSONField(blank=True, default=dict)),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='tickets.ticket')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('active_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('excerpt', models.CharField(blank=True, max_length=200)),
                ('due_at', models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
            ],
            options={
                'indexes': [models.Index(fields=['is_open', '-active_at', '-id'], name='ticket_open_active'), models.Index(fields=['is_open', '-opened_at', '-id'], name='ticket_open_opened'), models.Index(fields=['is_open', '-priority', '-active_at', '-id'], name='ticket_open_priority'), models.Index(fields=['is_open', 'due_at', 'id'], name='ticket_open_due'), models.Index(fields=['assignee', 'is_open', '-active_at', '-id'], name='ticket_assignee_active'), models.Index(fields=['client', '-opened_at'], name='ticket_client_opened'), models.Index(fields=['-active_at', '-id'], name='ticket_active'), models.Index(fields=['-opened_at', '-id'], name='ticket_opened'), models.Index(fields=['state', '-active_at', '-id'], name='ticket_state_active')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='CannedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='tickets.cannedreply')),
                ('file', models.FileField(max_length=80, upload_to='')),
                ('name', models.CharField(max_length=250)),
                ('type', models.CharField(max_length=127)),
                ('size_bytes', models.PositiveBigIntegerField()),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='TicketTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='tickets.ticket')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='tickets.tag')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'tag'), name='ticket_tag_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='TicketLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='tickets.ticket')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked_from', to='tickets.ticket')),
                ('kind', models.CharField(choices=[('related', 'Related'), ('parent', 'Parent'), ('duplicate', 'Duplicate')], default='related', max_length=10, verbose_name='kind')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'target'), name='ticket_link_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='BulkRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bulk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='tickets.bulk')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('outcome', models.CharField(blank=True, choices=[('', 'Waits'), ('changed', 'Changed'), ('same', 'Was so already'), ('refused', 'Refused')], max_length=10)),
                ('why', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['bulk', 'outcome', 'id'], name='bulk_row_outcome')],
                'constraints': [models.UniqueConstraint(fields=('bulk', 'ticket'), name='bulk_ticket_once')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='tickets.ticket')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='clients.person')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to=settings.AUTH_USER_MODEL)),
                ('is_note', models.BooleanField(default=False)),
                ('is_automatic', models.BooleanField(default=False)),
                ('nature', models.CharField(blank=True, choices=[('', 'Written by a person'), ('bounce', 'Not delivered'), ('delayed', 'Delivery is delayed'), ('receipt', 'Receipt'), ('loop', 'Programs writing to each other'), ('spam', 'Spam'), ('away', 'Out of office'), ('auto_reply', 'Automatic reply'), ('mailing', 'Mailing list'), ('notice', 'Notice of a program')], max_length=12)),
                ('cards', models.JSONField(blank=True, default=list)),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('rest', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('subject', models.CharField(blank=True, max_length=250)),
                ('via', models.CharField(blank=True, choices=otklik.tickets.models.channel.channel_kinds, max_length=20)),
                ('external_id', models.CharField(max_length=500, null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('dictated_as', models.CharField(max_length=500, null=True, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('revised_at', models.DateTimeField(null=True)),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='tickets.message')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['ticket', 'at', 'id'], name='message_ticket_at')],
                'constraints': [models.UniqueConstraint(fields=('via', 'external_id'), name='message_once')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='tickets.ticket')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clients.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'person'), name='participant_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='tickets.ticket')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
                ('is_note', models.BooleanField(default=False)),
                ('text', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('wishes', models.JSONField(blank=True, default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'author', 'is_note'), name='draft_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='seen', to='tickets.ticket')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.BigIntegerField(default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('is_marked', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='seen_age')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'member'), name='seen_once')],
            },
        ),
        migrations.CreateModel(
            name='Sleep',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='sleep', serialize=False, to='tickets.ticket')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('until__isnull', False)), fields=['until'], name='sleep_until')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='tickets.ticket')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'member'), name='watch_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Looking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lookers', to='tickets.ticket')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('doing', models.CharField(choices=[('reading', 'is looking at this ticket'), ('reply', 'is writing an answer'), ('note', 'is writing a note')], default='reading', max_length=10)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['seen_at'], name='looking_seen')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'member'), name='looking_once')],
            },
        ),
        migrations.CreateModel(
            name='Unindexed',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='tickets.ticket')),
                ('tries', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='MessageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='tickets.message')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clients.person')),
                ('text', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tickets.message')),
                ('file', models.FileField(max_length=80, upload_to='')),
                ('name', models.CharField(max_length=250)),
                ('type', models.CharField(max_length=127)),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('content_id', models.CharField(blank=True, max_length=250)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='tickets.message')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='tickets.channel')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clients.person')),
                ('address', models.CharField(max_length=320)),
                ('is_hidden', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, choices=[('bad_address', 'There is no such address. Correct it, or reach the client another way.'), ('full', 'The recipient’s mailbox is full. Try again later, or reach the client another way.'), ('too_large', 'The message is too large for the recipient. Send its files in parts or as links.'), ('unwanted', 'The recipient’s server takes the message for unwanted. Change its text or files and send it again; if this happens often, tell an administrator.'), ('no_route', 'The recipient’s server could not be reached. Check what stands behind the @, or try again later.'), ('refused', 'Our server for sending refuses this mailbox. Tell an administrator.'), ('unreachable', 'Our server for sending cannot be reached.'), ('insecure', 'The connection to our server for sending cannot be secured. Tell an administrator.'), ('later', 'The server asks to come back later.'), ('limit', 'As many messages were sent as one hour allows. This one waits for its turn.')], max_length=20)),
                ('error', models.TextField(blank=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('held_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='delivery_due'), models.Index(condition=models.Q(('failed_at__isnull', False)), fields=['failed_at'], name='delivery_failed'), models.Index(condition=models.Q(('held_at__isnull', False)), fields=['-held_at', '-id'], name='delivery_held')],
                'constraints': [models.UniqueConstraint(fields=('message', 'address'), name='delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='DraftFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='tickets.draft')),
                ('file', models.FileField(max_length=80, upload_to='')),
                ('name', models.CharField(max_length=250)),
                ('type', models.CharField(max_length=127)),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('content_id', models.CharField(blank=True, max_length=250)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='RawMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='raw_messages', to='tickets.channel')),
                ('envelope', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, choices=[('', 'Not read yet'), ('received', 'Became a message'), ('dropped', 'Dropped'), ('failed', 'Could not be read')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('message', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='raw', to='tickets.message')),
                ('body', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='raw_message_due'), models.Index(fields=['outcome', '-id'], name='raw_message_outcome')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'digest'), name='raw_message_once')],
            },
        ),
        migrations.AddField(
            model_name='Ticket',
            name='tags',
            field=models.ManyToManyField(related_name='tickets', through='tickets.TicketTag', to='tickets.tag'),
        ),
        migrations.RunPython(make_index, drop_index),
    ]

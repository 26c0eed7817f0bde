import django.db.models.deletion
import django.utils.timezone
import otklik.channels.email.models.mailbox
import otklik.lib.encrypted
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("email", "0001_outbox"),
        ("email", "0002_mailboxes"),
        ("email", "0003_tests_and_watches"),
        ("email", "0004_sending"),
        ("email", "0005_out_of_hours"),
    ]

    dependencies = [
        ('calendars', '0001_store'),
        ('tickets', '0001_store'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mailbox', to='tickets.channel')),
                ('incoming', models.CharField(blank=True, choices=[('', 'Mail is handed over to Otklik (SMTP, LMTP)'), ('imap', 'IMAP'), ('pop3', 'POP3')], max_length=10, verbose_name='how mail comes')),
                ('incoming_host', models.CharField(blank=True, max_length=253, verbose_name='server for reading')),
                ('incoming_port', models.PositiveIntegerField(default=993, verbose_name='port')),
                ('incoming_security', models.CharField(choices=[('tls', 'TLS'), ('starttls', 'STARTTLS'), ('none', 'No encryption')], default='tls', max_length=10, verbose_name='encryption')),
                ('username', models.CharField(blank=True, help_text='Empty: the address.', max_length=254, verbose_name='login')),
                ('auth', models.CharField(choices=[('password', 'Password'), ('oauth2', 'OAuth2')], default='password', max_length=10, verbose_name='how to log in')),
                ('password', otklik.lib.encrypted.EncryptedTextField(blank=True, verbose_name='password')),
                ('oauth_provider', models.CharField(blank=True, max_length=20, verbose_name='provider')),
                ('oauth_tenant', models.CharField(blank=True, help_text='Microsoft only. Empty: any organisation’s.', max_length=100, verbose_name='directory')),
                ('oauth_client_id', models.CharField(blank=True, max_length=254, verbose_name='application’s identifier')),
                ('oauth_client_secret', otklik.lib.encrypted.EncryptedTextField(blank=True, verbose_name='application’s secret')),
                ('oauth_refresh_token', otklik.lib.encrypted.EncryptedTextField(blank=True)),
                ('oauth_access_token', otklik.lib.encrypted.EncryptedTextField(blank=True)),
                ('oauth_expires_at', models.DateTimeField(blank=True, null=True)),
                ('folders', models.JSONField(default=otklik.channels.email.models.mailbox.inbox_only, verbose_name='folders')),
                ('after_reading', models.CharField(choices=[('mark', 'Leave it in its folder and mark it as read'), ('move', 'Move it to another folder')], default='mark', max_length=10, verbose_name='after reading')),
                ('move_to', models.CharField(blank=True, max_length=200, verbose_name='move to folder')),
                ('read_from', models.DateTimeField(blank=True, help_text='Older mail stays unread. Empty: all mail is read.', null=True, verbose_name='read from')),
                ('outgoing_host', models.CharField(blank=True, max_length=253, verbose_name='server for sending')),
                ('outgoing_port', models.PositiveIntegerField(default=465, verbose_name='port')),
                ('outgoing_security', models.CharField(choices=[('tls', 'TLS'), ('starttls', 'STARTTLS'), ('none', 'No encryption')], default='tls', max_length=10, verbose_name='encryption')),
                ('outgoing_username', models.CharField(blank=True, max_length=254, verbose_name='login for sending')),
                ('outgoing_password', otklik.lib.encrypted.EncryptedTextField(blank=True, verbose_name='password for sending')),
                ('sends_per_hour', models.PositiveIntegerField(blank=True, null=True, verbose_name='mails an hour at most')),
                ('quoting', models.CharField(choices=[('none', 'Nothing'), ('last', 'The last message'), ('thread', 'The whole conversation')], default='last', max_length=10, verbose_name='what answers quote')),
                ('attachment_limit_bytes', models.PositiveBigIntegerField(default=15728640, verbose_name='largest attachment')),
                ('auto_reply', models.BooleanField(default=False, verbose_name='auto-reply to a new ticket')),
                ('auto_reply_never', models.TextField(blank=True, help_text='Addresses and domains, one a line.', verbose_name='no automatic mail to')),
                ('auto_reply_text', models.TextField(blank=True, verbose_name='text of the auto-reply')),
                ('calendar', models.ForeignKey(blank=True, help_text='Outside of them, whoever writes is told when somebody is there again. Empty: nobody is told. Hours are made under “Calendars”.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calendars.calendar', verbose_name='working hours')),
                ('out_of_hours_text', models.TextField(blank=True, verbose_name='text out of hours')),
                ('checked_at', models.DateTimeField(null=True)),
                ('mail_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('error_code', models.CharField(blank=True, choices=[('login_refused', 'The login is refused'), ('unreachable', 'The server cannot be reached'), ('tls', 'The connection cannot be secured'), ('folder_missing', 'A folder is missing'), ('quota', 'The server’s limit is reached'), ('other', 'Something else')], max_length=20)),
                ('error', models.TextField(blank=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='mailbox_due')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='MailboxWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mailbox_watch', to='tickets.channel')),
                ('hours', models.JSONField(default=list)),
                ('last_raw', models.PositiveBigIntegerField(default=0)),
                ('mail_at', models.DateTimeField(null=True)),
                ('silent_since', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='mailbox_watch_due')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='OutboxMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivery', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='outbox_mail', to='tickets.delivery')),
                ('recipient', models.CharField(max_length=320)),
                ('subject', models.CharField(max_length=250)),
                ('raw', models.BinaryField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='SendingHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sending_hour', to='tickets.channel')),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('mails', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='AutoAnswered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='MailTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mail_templates', to='tickets.channel', verbose_name='mailbox')),
                ('kind', models.CharField(choices=[('answer', 'Answer'), ('auto_reply', 'Auto-reply'), ('out_of_hours', 'Out of hours')], max_length=20, verbose_name='kind')),
                ('language', models.CharField(choices=[('ru', 'Русский'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('subject', models.CharField(blank=True, max_length=250, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'kind', 'language'), name='mail_template_once'), models.UniqueConstraint(condition=models.Q(('channel', None)), fields=('kind', 'language'), name='mail_template_for_all_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Folder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='read_folders', to='email.mailbox')),
                ('name', models.CharField(max_length=200)),
                ('uid_validity', models.PositiveBigIntegerField(default=0)),
                ('last_uid', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'name'), name='folder_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='KnownMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_mails', to='email.mailbox')),
                ('uid', models.CharField(max_length=100)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'uid'), name='known_mail_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='MailboxTest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tests', to='email.mailbox')),
                ('language', models.CharField(choices=[('ru', 'Русский'), ('en', 'English')], max_length=2)),
                ('steps', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='mailbox_test_due')],
                'constraints': [],
            },
        ),
    ]

import django.db.models.deletion
import django.utils.timezone
import otklik.integrations.webhooks.signing
import otklik.lib.encrypted
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("webhooks", "0001_initial"),
    ]

    dependencies = [
        ('tickets', '0001_store'),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('url', models.CharField(help_text='Where the calls go, beginning with https://', max_length=500, verbose_name='address')),
                ('secret', otklik.lib.encrypted.EncryptedTextField(default=otklik.integrations.webhooks.signing.new_secret, editable=False)),
                ('former_secret', otklik.lib.encrypted.EncryptedTextField(blank=True, editable=False)),
                ('former_until', models.DateTimeField(editable=False, null=True)),
                ('is_active', models.BooleanField(default=True, help_text='If not, rules call it in vain.', verbose_name='in use')),
                ('paused_at', models.DateTimeField(editable=False, null=True)),
                ('paused_why', models.CharField(blank=True, choices=[('gone', 'The webhook’s address says that it is gone for good'), ('failing', 'The webhook takes no calls')], editable=False, max_length=10)),
                ('failing_since', models.DateTimeField(editable=False, null=True)),
                ('failures', models.PositiveIntegerField(default=0, editable=False)),
                ('rests_until', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'ordering': ['name'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='WebhookCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('webhook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='webhooks.webhook')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('kind', models.CharField(max_length=60)),
                ('body', models.TextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('trouble', models.CharField(blank=True, choices=[('not_allowed', 'We do not go to this address. It must begin with https:// and lead to the internet; hosts of your own network have to be named in OTKLIK_WEBHOOK_HOSTS on the server.'), ('unreachable', 'The server could not be reached. See that it runs and that the name is right.'), ('timeout', 'The server did not answer in time. It should take the call at once and do its work later.'), ('tls', 'The connection could not be secured. The server’s certificate must be one that browsers trust.'), ('secret', 'The webhook’s secret cannot be opened with this secret key. Make a new secret.'), ('redirected', 'The server sends us to another address. Enter that address here, if it is the right one.'), ('unwelcome', 'The server does not let us in. See what it wants in the address, such as a key.'), ('missing', 'The server knows no such address. Look for a mistake in it.'), ('gone', 'The server says that nobody listens at this address any more.'), ('busy', 'The server is too busy and asks to come back later.'), ('rejected', 'The server does not take what we sent. Its own words may say why.'), ('broken', 'The server met a fault of its own. Whoever looks after it finds the reason in its log.')], max_length=12)),
                ('error', models.TextField(blank=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='webhook_call_due'), models.Index(fields=['webhook', '-id'], name='webhook_call_newest'), models.Index(fields=['at'], name='webhook_call_age')],
                'constraints': [],
            },
        ),
    ]

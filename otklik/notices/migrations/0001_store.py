import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("notices", "0001_initial"),
        ("notices", "0002_pointed_out"),
        ("notices", "0003_callback"),
        ("notices", "0004_together"),
        ("notices", "0005_approval"),
        ("notices", "0006_put_off"),
    ]

    dependencies = [
        ('journal', '0001_store'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='journal.event')),
                ('topic', models.CharField(choices=[('assigned', 'A ticket is given to me'), ('client_wrote', 'The client wrote on my ticket'), ('not_delivered', 'My answer was not delivered'), ('promise', 'A promise is nearly broken, or is'), ('callback', 'It is time to call a client back'), ('approval', 'My approval is asked for, or what I asked for is decided'), ('unnoticed', 'A ticket waits and nobody has it'), ('pointed_out', 'A rule points a ticket out to me'), ('mentioned', 'A colleague names me in a note'), ('woken', 'A ticket that I put off is back'), ('watched', 'Something happens on a ticket that I watch')], max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('mail_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('seen_at', None)), fields=['member', '-id'], name='notice_unseen'), models.Index(condition=models.Q(('mail_at__isnull', False)), fields=['mail_at'], name='notice_to_mail')],
                'constraints': [models.UniqueConstraint(fields=('member', 'event'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Switch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_switches', to=settings.AUTH_USER_MODEL)),
                ('topic', models.CharField(choices=[('assigned', 'A ticket is given to me'), ('client_wrote', 'The client wrote on my ticket'), ('not_delivered', 'My answer was not delivered'), ('promise', 'A promise is nearly broken, or is'), ('callback', 'It is time to call a client back'), ('approval', 'My approval is asked for, or what I asked for is decided'), ('unnoticed', 'A ticket waits and nobody has it'), ('pointed_out', 'A rule points a ticket out to me'), ('mentioned', 'A colleague names me in a note'), ('woken', 'A ticket that I put off is back'), ('watched', 'Something happens on a ticket that I watch')], max_length=20)),
                ('by_mail', models.BooleanField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'topic'), name='notice_switch_once')],
                'indexes': [],
            },
        ),
    ]

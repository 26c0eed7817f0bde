import django.db.models.deletion
import django.utils.timezone
import otklik.journal.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("journal", "0001_initial"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tx', models.BigIntegerField(db_default=otklik.journal.models.TransactionId(), editable=False)),
                ('kind', models.CharField(max_length=60)),
                ('about', models.CharField(max_length=20)),
                ('about_id', models.BigIntegerField()),
                ('by', models.CharField(blank=True, max_length=20)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('facts', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['tx', 'id'], name='journal_in_order'), models.Index(fields=['about', 'about_id', 'id'], name='journal_about')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('tx', models.BigIntegerField(default=0)),
                ('event_id', models.BigIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Parked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='journal.reader')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='journal.event')),
                ('error', models.TextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reader', 'event'), name='parked_once')],
                'indexes': [],
            },
        ),
    ]

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("clients", "0001_initial"),
        ("clients", "0002_failing"),
        ("clients", "0003_manager"),
        ("clients", "0004_contract"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('tax_id', models.CharField(blank=True, max_length=12, verbose_name='taxpayer number')),
                ('domain', models.CharField(blank=True, help_text='Whoever writes from this domain for the first time is taken to work here.', max_length=120, verbose_name='e-mail domain')),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='region')),
                ('manager', models.ForeignKey(blank=True, help_text='Of the staff; for whoever works here and has none of their own.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personal manager')),
                ('contract', models.CharField(blank=True, max_length=80)),
                ('contract_begins', models.DateField(blank=True, null=True)),
                ('contract_ends', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('fields', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('domain', ''), _negated=True), fields=('domain',), name='organisation_domain_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='ClientField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, verbose_name='key')),
                ('label', models.CharField(max_length=80, verbose_name='label')),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('date', 'Date'), ('choice', 'Choice'), ('yes_no', 'Yes or no')], default='text', max_length=10, verbose_name='kind')),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='choices')),
                ('is_required', models.BooleanField(default=False, verbose_name='required')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('about', models.CharField(choices=[('person', 'Person'), ('organisation', 'Organisation')], default='person', max_length=15, verbose_name='about')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('about', 'key'), name='client_field_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='people', to='clients.organisation', verbose_name='organisation')),
                ('language', models.CharField(blank=True, choices=[('ru', 'Русский'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('region', models.CharField(blank=True, help_text='Empty: as of the organisation.', max_length=80, verbose_name='region')),
                ('manager', models.ForeignKey(blank=True, help_text='Of the staff; empty: as of the organisation.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='personal manager')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('fields', models.JSONField(blank=True, default=dict)),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='absorbed', to='clients.person')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='clients.person')),
                ('kind', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=320)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failing_why', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='address_once')],
                'indexes': [],
            },
        ),
    ]

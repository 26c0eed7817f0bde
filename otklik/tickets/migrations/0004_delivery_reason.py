from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0003_nature'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='reason',
            field=models.CharField(blank=True, choices=[('bad_address', 'There is no such address. Correct it, or reach the client another way.'), ('full', 'The recipient’s mailbox is full. Try again later, or reach the client another way.'), ('too_large', 'The message is too large for the recipient. Send its files in parts or as links.'), ('unwanted', 'The recipient’s server takes the message for unwanted. Change its text or files and send it again; if this happens often, tell an administrator.'), ('refused', 'Our server for sending refuses this mailbox. Tell an administrator.'), ('unreachable', 'Our server for sending cannot be reached.'), ('insecure', 'The connection to our server for sending cannot be secured. Tell an administrator.'), ('later', 'The server asks to come back later.'), ('limit', 'As many messages were sent as one hour allows. This one waits for its turn.')], max_length=20),
        ),
    ]

from __future__ import annotations

from django.db import migrations, models

KINDS = [
    ("prepare", "Preparing the stems"),
    ("mix", "Mixing"),
    ("master", "Mastering"),
    ("analyse", "Measuring"),
    ("assist", "Listening"),
    ("freeze", "Freezing a channel"),
    ("choose", "Putting a mix into its song"),
]


class Migration(migrations.Migration):
    dependencies = [("mixer", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="audiojob", name="kind", field=models.CharField(choices=KINDS, max_length=10)
        )
    ]

"""Drafts are sealed; a tab's own copy waits beside the draft; the worker deletes what is old without reading it."""

import json
from typing import Any

from django.db import migrations, models

from anwang.platform.row_security import SYSTEM_ACTS
from anwang.platform.sealing import Place, open_bytes, seal_bytes

OWN_DRAFT = "member_id = (select anwang_member())"


def _using(condition: str) -> str:
    return "".join(f"alter policy app_{verb} on platform_draft using ({condition});" for verb in ("select", "delete"))


def _place(draft: Any) -> Place:
    return Place("platform_draft", f"{draft.member_id}\x1f{draft.form}\x1f", "sealed")


def seal(apps: Any, schema_editor: Any) -> None:
    drafts = apps.get_model("platform", "Draft").objects.using(schema_editor.connection.alias)
    for draft in drafts.all():
        content = json.dumps({"fields": draft.content}, ensure_ascii=False)
        draft.sealed = seal_bytes(content.encode(), _place(draft))
        draft.save(update_fields=["sealed"])


def unseal(apps: Any, schema_editor: Any) -> None:
    drafts = apps.get_model("platform", "Draft").objects.using(schema_editor.connection.alias)
    for draft in drafts.all():
        draft.content = json.loads(open_bytes(draft.sealed, _place(draft)))["fields"]
        draft.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("platform", "0006_clock_security")]

    operations = [
        # The owner sees rows only while the table does not force its policies on it.
        migrations.RunSQL(
            "alter table platform_draft no force row level security",
            "alter table platform_draft force row level security",
        ),
        migrations.AddField("draft", "tab", models.CharField(max_length=40, blank=True, default="")),
        migrations.AddField("draft", "written_by", models.CharField(max_length=40, blank=True, default="")),
        migrations.AddField("draft", "sealed", models.BinaryField(null=True)),
        migrations.RunPython(seal, unseal),
        migrations.RemoveField("draft", "content"),
        migrations.AlterField("draft", "sealed", models.BinaryField()),
        migrations.RemoveConstraint("draft", "draft_once"),
        migrations.AddConstraint(
            "draft", models.UniqueConstraint(fields=["member_id", "form", "tab"], name="draft_once")
        ),
        migrations.AddIndex("draft", models.Index(fields=["saved_at"], name="draft_saved")),
        migrations.RunSQL(
            "alter table platform_draft force row level security",
            "alter table platform_draft no force row level security",
        ),
        migrations.RunSQL(_using(f"{OWN_DRAFT} or {SYSTEM_ACTS}"), _using(OWN_DRAFT)),
    ]

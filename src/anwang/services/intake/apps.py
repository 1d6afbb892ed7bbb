from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "anwang.services.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anwang.people.registry.following import register_follower

        from .following import follow_records

        register_follower("intake", follow_records)

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "anwang.services.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anwang.people.registry.following import register_follower
        from anwang.services.dispatch.hooks import register_goes_on

        from .following import follow_records
        from .joining import goes_on

        register_follower("cases", follow_records)
        register_goes_on("cases", goes_on)

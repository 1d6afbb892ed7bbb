from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "anwang.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A county file that cannot be read stops the start and not the first list that needs it."""
        from .county_policy import policy_in_force
        from .office_calendar import calendar_years

        policy_in_force()
        calendar_years()

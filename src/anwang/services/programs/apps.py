from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "anwang.services.programs"
    label = "programs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A county's programme file that cannot be read stops the start, with file and line, as its policy does."""
        from .loading import catalogue_in_force

        catalogue_in_force()

from django.apps import AppConfig


class CocasesConfig(AppConfig):
    name = "anwang.network.cocases"
    label = "cocases"
    default_auto_field = "django.db.models.BigAutoField"

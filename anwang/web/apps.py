from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "anwang.web"
    label = "web"

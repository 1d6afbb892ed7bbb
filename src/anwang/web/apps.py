"""The Django app of the shell: templates, static files and template tags that every page uses."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "anwang.web"
    label = "web"

from django.urls import path

from cms.mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("", views.show_all, name="all"),
    path("<str:mail_id>/", views.show_one, name="one"),
    path("<str:mail_id>/html/", views.show_html, name="html"),
]

from django.urls import path, re_path
from django.views.decorators.http import require_GET

from treatment_forms.desk import actions, views
from treatment_forms.desk.export import RequestExport
from treatment_forms.desk.listing import RequestList

app_name = "treatment_forms_desk"
urlpatterns = [
    path("", RequestList.as_view(), name="list"),
    path("results/", RequestList.as_view(results_only=True), name="list_results"),
    re_path("^export/(?P<kind>csv|xlsx)/$", RequestExport.as_view(), name="export"),
    path("alarms/<int:alarm_id>/clear/", views.clear_alarm, name="clear_alarm"),
    path("<str:reference>/", views.RequestDetail.as_view(), name="request"),
    path("<str:reference>/files/<int:position>/", require_GET(views.download), name="file"),
    path(
        "<str:reference>/files/<int:position>/release/",
        actions.release_file,
        name="release",
    ),
    path("<str:reference>/spam/", actions.hold_as_spam, name="spam"),
    path("<str:reference>/no-spam/", actions.let_pass, name="no_spam"),
    path("<str:reference>/links/<int:link_id>/revoke/", actions.revoke_link, name="revoke"),
    path("<str:reference>/mails/<int:delivery_id>/again/", views.resend, name="resend"),
]

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cms.mailbox.reader import Mail, find, read_newest


@require_safe
@never_cache
def show_all(request: HttpRequest) -> HttpResponse:
    mails = read_newest(settings.MAILBOX_DIR)
    return render(request, "mailbox/all.html", {"mails": mails, "folder": settings.MAILBOX_DIR})


@require_safe
@never_cache
def show_one(request: HttpRequest, mail_id: str) -> HttpResponse:
    return render(request, "mailbox/one.html", {"mail": get_mail(mail_id)})


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]  # its types know no views with arguments
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "frame-ancestors": ["'self'"],
        "sandbox": "",
    }
)
def show_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """A mail's HTML as it was sent; it may bring anything, so it may do nothing."""
    return HttpResponse(get_mail(mail_id).html)


def get_mail(mail_id: str) -> Mail:
    mail = find(settings.MAILBOX_DIR, mail_id)
    if mail is None:
        raise Http404
    return mail

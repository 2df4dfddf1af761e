"""The English home page in place of Wagtail's welcome page, so that a new site has a root."""

from django.conf import settings
from django.db import migrations


def create(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("home", "HomePage")
    locale = apps.get_model("wagtailcore", "Locale").objects.get(
        language_code=settings.LANGUAGE_CODE
    )
    welcome = Page.objects.filter(depth=2, slug="home").first()
    if welcome is None:
        return  # not Wagtail's first state: somebody's tree is left alone
    Site.objects.filter(root_page=welcome).delete()
    welcome.delete()
    content_type, _ = ContentType.objects.get_or_create(model="homepage", app_label="home")
    page = HomePage.objects.create(
        title="Home",
        draft_title="Home",
        slug="home",
        content_type=content_type,
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/home/",
        locale=locale,
    )
    Site.objects.create(
        hostname="localhost", root_page_id=page.pk, is_default_site=True, site_name=""
    )
    apps.get_model("home", "SiteTexts").objects.create(locale=locale)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0004_default_disclaimer"),
        ("wagtailsearch", "0009_remove_ngram_autocomplete"),
    ]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

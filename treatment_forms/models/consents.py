"""What visitors agreed to, word for word."""

from django.db import models


class ConsentText(models.Model):
    """One wording in one language. Never changed: other words are another row."""

    key = models.CharField(max_length=100)
    language_code = models.CharField(max_length=20)
    text = models.TextField()
    checksum = models.CharField(max_length=64)  # sha256 of the text
    first_used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("key", "language_code", "checksum"), name="one_row_per_wording"
            )
        ]


class ConsentGiven(models.Model):
    submission = models.ForeignKey(
        "treatment_forms.Submission", on_delete=models.CASCADE, related_name="consents"
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

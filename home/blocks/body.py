"""The streams that pages are written in."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from home.blocks.disclaimer import DisclaimerBlock


class MedicalBodyBlock(blocks.StreamBlock):
    """The body of a page that talks about treatment: anything useful, and one disclaimer."""

    paragraph = blocks.RichTextBlock(label=_("Paragraph"), icon="pilcrow")
    disclaimer = DisclaimerBlock()

    class Meta:
        block_counts = {"disclaimer": {"min_num": 1, "max_num": 1}}

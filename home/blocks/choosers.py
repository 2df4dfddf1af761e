"""Choosers whose choice is the same in every language.

A page is led to the reader's language when it is shown; a picture stays the same picture.
"""

from wagtail import blocks
from wagtail.images import blocks as images

from home.translatable import SameEverywhere


class PageChooserBlock(SameEverywhere, blocks.PageChooserBlock):
    canonical_module_path = "wagtail.blocks.PageChooserBlock"  # the same to a migration


class ImageChooserBlock(SameEverywhere, images.ImageChooserBlock):
    canonical_module_path = "wagtail.images.blocks.ImageChooserBlock"

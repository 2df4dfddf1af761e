from home.blocks.body import MedicalBodyBlock, PlainBodyBlock, new_body
from home.blocks.disclaimer import DisclaimerBlock
from home.blocks.links import RelatedPagesBlock, RequestCallBlock
from home.blocks.media import CreditPrefix, HeroImageBlock, PictureBlock, PictureValue

__all__ = [
    "CreditPrefix",
    "DisclaimerBlock",
    "HeroImageBlock",
    "MedicalBodyBlock",
    "PictureBlock",
    "PictureValue",
    "PlainBodyBlock",
    "RelatedPagesBlock",
    "RequestCallBlock",
    "new_body",
]

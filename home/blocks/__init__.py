from home.blocks.body import MedicalBodyBlock

__all__ = ["MedicalBodyBlock"]

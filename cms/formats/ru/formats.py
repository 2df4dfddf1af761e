"""Russian days without the "г.", which would put two full stops at the end of a sentence."""

DATE_FORMAT = "j E Y"
DATETIME_FORMAT = "j E Y, G:i"

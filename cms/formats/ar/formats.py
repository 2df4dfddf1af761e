# Django has no order of date and time for Arabic and falls back on the English one.
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، H:i"
TIME_FORMAT = "H:i"
SHORT_DATE_FORMAT = "Y-m-d"  # reads the same from either side
SHORT_DATETIME_FORMAT = "Y-m-d H:i"

# CLDR for Western digits; Django's are those of the Maghreb, where 1.500 is more than a thousand.
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3

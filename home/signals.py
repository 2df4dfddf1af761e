"""What the ground tells whoever builds upon it."""

from django.dispatch import Signal

# A page and its child rows are written, and the transaction that wrote them is still open.
# Provides: instance, update_fields (None for all).
page_written = Signal()

# The publisher has looked at what is due, as it does again and again. Provides: now.
clock_ticked = Signal()

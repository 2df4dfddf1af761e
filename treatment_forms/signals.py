"""What the plugin tells its host. Sent after the commit; a receiver that fails harms nobody."""

from django.dispatch import Signal

alarm_raised = Signal()
"""Somebody must look: sent with `alarm_id` and `kind` (see `models.Alarm.Kind`)."""

submission_received = Signal()
"""A request is stored: sent with `submission_id`."""

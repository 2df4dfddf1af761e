"""What a web process and its helper agree on. Imported by both, so it imports nothing."""

QUESTION_BYTES = 100
"""A question is a media type, padded; with it come the file and a socket for the answer."""

FINE = "fine"
"""The answer about a good file, else the code of a `Fault`. The child's exit code follows it."""

CPU_SECONDS = 5  # some twenty times what the heaviest picture from a phone takes
WALL_SECONDS = 15

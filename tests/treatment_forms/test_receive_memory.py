"""A web process stays small, however much is sent to it."""

import os
import subprocess
import sys


def test_three_times_a_hundred_mebibytes_grow_a_process_by_less_than_48(clamd):
    done = subprocess.run(
        [sys.executable, "-m", "tests.treatment_forms.measure_memory", clamd.url],
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=100,
    )

    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 48

"""A disk that is full: a small tmpfs, filled."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.treatment_forms.pages import make_form_page
from tests.treatment_forms.worker import bench

# Room for the files (3 MiB), and none while another MiB lies there.
SIZE = "3600k"
IN_A_NAMESPACE = ("unshare", "--mount", *(() if os.getuid() == 0 else ("--map-root-user",)))
RUN = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", ["uploads", "attachments"])
def test_a_full_disk_takes_nothing_and_a_freed_one_takes_all(which, tmp_path):
    make_form_page()
    (tmp_path / "small").mkdir()
    with bench() as own:
        done = subprocess.run(
            [
                *IN_A_NAMESPACE,
                *("sh", "-c", RUN, "sh", SIZE, tmp_path / "small"),
                *(sys.executable, "-m", "tests.treatment_forms.full_disk"),
                *(tmp_path / "small" / which, tmp_path, which),
            ],
            env=own.get_environment(port=0),
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stderr

"""Memory that a training process keeps between its steps, and gives back between its runs."""

import subprocess
import sys

import pytest

# Prints how much more memory the process has than before, in MB: with arrays, without, released.
SCRIPT = """
import numpy as np, psutil
from cnnviz.training import memory
process = psutil.Process()
def grown():
    return (process.memory_info().rss - before) // 2**20
memory.keep()
before = process.memory_info().rss
arrays = [np.ones(5 * 2**20) for _ in range(5)]  # 40 MB each
print(grown())
del arrays
print(grown())
memory.release()
print(grown())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems decide by themselves")
def test_memory_of_a_step_stays_for_the_next_and_goes_between_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    used, kept, released = map(int, done.stdout.split())
    assert used > 150
    assert kept > 150
    assert released < 50

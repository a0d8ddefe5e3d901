"""A process ends with the one that has started it."""

import subprocess
import sys

PROGRAM = """if True:
    import time
    from cnnviz.starter import end_with_starter
    end_with_starter()
    print("there", flush=True)
    time.sleep(600)
"""


def test_it_ends_when_its_starter_closes_the_pipe_and_not_before() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == b"there\n"
        process.stdin.write(b"a word of no meaning")
        process.stdin.flush()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(60) == 1

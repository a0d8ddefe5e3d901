"""Computations in the background."""

from threading import Event
from typing import Any

import pytest

from cnnviz.errors import UserError
from dashboard.cache.jobs import Jobs

SECONDS = 60


def test_a_job_is_made_once_and_tells_how_far_it_is() -> None:
    jobs, told, over, calls = Jobs(), Event(), Event(), []

    def make(report: Any) -> str:
        calls.append(1)
        report(0.25)
        told.set()
        assert over.wait(SECONDS)
        return "made"

    assert jobs.get("a") is None
    job = jobs.start("a", make)
    assert jobs.start("a", make) is job is jobs.get("a")
    assert told.wait(SECONDS)
    assert (job.share, job.done, job.finished_well, job.error) == (0.25, False, False, None)
    over.set()
    assert job.result() == "made"
    assert job.finished_well
    assert len(calls) == 1


def test_what_went_wrong_is_raised_and_tried_again() -> None:
    jobs = Jobs()

    def fail(report: Any) -> None:
        raise UserError("No.")

    job = jobs.start("a", fail)
    with pytest.raises(UserError):
        job.result()
    assert job.done
    assert not job.finished_well
    assert isinstance(job.error, UserError)
    again = jobs.start("a", lambda report: 3)
    assert again is not job
    assert again.result() == 3


def test_the_oldest_results_are_given_up_and_those_that_go_are_not() -> None:
    jobs, over = Jobs(most=2), Event()
    for key in "abc":
        jobs.start(key, lambda report: None).result()
    assert [jobs.get(key) is None for key in "abc"] == [True, False, False]
    waiting = [jobs.start(key, lambda report: over.wait(SECONDS)) for key in "defg"]
    assert all(jobs.get(key) is job for key, job in zip("defg", waiting, strict=True))
    assert jobs.get("b") is None
    over.set()

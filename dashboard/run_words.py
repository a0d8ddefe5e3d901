"""Training runs in words: what state one is in, what it is called, how long it takes."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cnnviz.figures.numbers import THIN, percent, si, significant, whole
from cnnviz.figures.training import IN_PERCENT
from cnnviz.term_names import UNWEIGHTED
from cnnviz.text import N_
from cnnviz.training.task_settings import settings_of
from dashboard.i18n import _, translate_error
from dashboard.run_settings import bare, data_title, model_title

if TYPE_CHECKING:
    from dashboard.cache import Record

#: The states of a run: an icon as Markdown has it, and the word.
STATES = {
    "queued": (":material/hourglass_empty:", N_("waiting")),
    "running": (":material/play_circle:", N_("running")),
    "paused": (":material/pause_circle:", N_("paused")),
    "done": (":material/check_circle:", N_("done")),
    "stopped": (":material/stop_circle:", N_("stopped")),
    "failed": (":material/error:", N_("failed")),
    "interrupted": (":material/power_off:", N_("interrupted")),
    "damaged": (":material/broken_image:", N_("damaged")),  # its record cannot be read
}
NONE = "–"  # where there is no number
_IN_DECIBELS = frozenset({"psnr"})
_MINUTES_FROM = 100  # seconds
_DAY = 22 * 3600  # seconds: yesterday at this hour is not taken for today


def state_words(state: str) -> tuple[str, str]:
    """A state's icon (Markdown) and its word, translated."""
    icon, word = STATES.get(state, STATES["failed"])
    return icon, _(word)


def line(record: "Record", place: int = 0, waiting: int = 0) -> str:
    """A run in one line of Markdown: its state, then what helps in it.

    Args:
        record: the run.
        place: in the queue, counted from 1; 0 where it is not known.
        waiting: how many are in the queue.
    """
    icon, word = state_words(record.state)
    tells = {
        "running": _running, "paused": _paused, "done": _done, "interrupted": _interrupted,
    }  # fmt: skip
    queued = record.state == "queued"
    parts = [in_queue(place, waiting)] if queued else tells.get(record.state, _ended)(record)
    return " · ".join([f"{icon} **{word}**", *filter(None, parts)])


def name(record: "Record") -> str:
    """What a reader calls a run among those started with it: "A", "seed 3"; one that was started
    alone by its network, its data and the time.
    """
    if record.label.isdigit():
        return _("seed {seed}").format(seed=record.label)
    if record.label:
        return bare(record.label)
    return f"{what(record)} · {clock(record.created)}"


def names(records: "Sequence[Record]") -> list[str]:
    """What readers call these runs, no two of them alike."""
    called = [name(record) for record in records]
    if len({record.group for record in records}) > 1:
        called = [
            f"{called[i]} · {clock(r.created)}" if r.label else called[i]
            for i, r in enumerate(records)
        ]
    seen: dict[str, int] = {}
    for i, each in enumerate(called):
        seen[each] = seen.get(each, 0) + 1
        if seen[each] > 1:
            called[i] = f"{each} ({seen[each]})"
    return called


def what(record: "Record") -> str:
    """The network and the data set of a run."""
    return _(", ").join([model_title(record.spec.model), data_title(record.spec.data)])


def metric_of(records: "Sequence[Record]") -> str:
    """The metric that these runs are told by."""
    found = [
        each
        for record in records
        for each in (*record.metrics.values(), record.progress.get("metrics", {}))
        if each
    ]
    if not found:
        return settings_of(records[0].spec.model if records else "").METRIC
    return "accuracy" if "accuracy" in found[0] else next(iter(found[0]))


def metric_words(metric: str) -> str:
    """A metric's name, translated where there is a word for it."""
    words = {"accuracy": _("accuracy"), "oa": "OA", "aa": "AA", "kappa": "κ", "psnr": "PSNR",
             "ssim": "SSIM", "map": "mAP", "map_image_text": _("mAP, image → text"),
             "map_text_image": _("mAP, text → image")}  # fmt: skip
    return words.get(metric, bare(metric.replace("_", " ")))


def beside(metric: str) -> dict[str, str]:
    """Metrics that a metric is the mean of, and how they are called beside it."""
    if metric != "map":
        return {}
    return {"map_image_text": _("image → text"), "map_text_image": _("text → image")}


def metric_text(metric: str, value: float | None) -> str:
    """A metric's value as it is read: shares in percent."""
    if value is None:
        return NONE
    if metric in _IN_DECIBELS:
        return f"{value:.2f}{THIN}dB"
    return percent(value, 1) if metric in IN_PERCENT else significant(value)


def curve_words(metric: str) -> dict[str, str]:
    """The words in a figure of curves."""
    measured = _("{metric} on validation").format(metric=metric_words(metric))
    brief = _("mean") if beside(metric) else metric_words(metric)
    return {
        "epoch": _("epoch"), "step": _("step"), "seconds": _("seconds"), "loss": _("loss"),
        "learning_rate": _("learning rate"), "cross_entropy": _("cross-entropy"),
        "half_squared_error": _("half the squared error"),
        "weighted": _("loss, weighted"), "unweighted": _("loss, unweighted"),
        "j1": "J1", "alpha_j2": "α J2", "beta_j3": "β J3",
        **{f"{UNWEIGHTED}j{number}": f"J{number}" for number in (1, 2, 3)},
        **{each: metric_words(each) for each in beside(metric)}, f"{metric}_brief": brief,
        **{f"{each}_brief": text for each, text in beside(metric).items()},
        metric: f"{measured} (dB)" if metric in _IN_DECIBELS else measured,
    }  # fmt: skip


def validation(record: "Record", metric: str) -> tuple[float | None, int]:
    """The best value on validation so far and its epoch; (None, 0) before the first is known."""
    best = record.metrics.get("validation", {}).get(metric)
    if best is not None:
        return best, record.epoch
    last = record.progress.get("metrics", {}).get(metric)
    return last, record.progress.get("measured", 0) if last is not None else 0


def test(record: "Record", metric: str) -> float | None:
    """The value on the test images, which a run that is done has."""
    return record.metrics.get("test", {}).get(metric)


def seconds_a_step(record: "Record") -> float | None:
    """Mean time of a training step, validation left out; None before it is known."""
    seconds: float | None = record.progress.get("step_seconds")
    return seconds


def duration(seconds: float) -> str:
    """How long something takes: 12 s, 3 min 20 s, 1 h 5 min."""
    if seconds < _MINUTES_FROM:
        return _("{count} s").format(count=round(seconds))
    minutes, rest = divmod(round(seconds), 60)
    if minutes < _MINUTES_FROM:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def about(seconds: float) -> str:
    """How long something will take, as roughly as it is known: 25 s, 4 min."""
    if seconds < _MINUTES_FROM:
        return _("{count} s").format(count=round(seconds))
    return _("{count} min").format(count=round(seconds / 60))


def time_left(seconds: float) -> str:
    """How long something still takes."""
    if seconds < _MINUTES_FROM:
        return _("{count} s left").format(count=round(seconds))
    return _("{count} min left").format(count=round(seconds / 60))


def clock(moment: float, *, brief: bool = False) -> str:
    """A moment in the server's time: 14:05 within a day, 2026-03-09 14:05 before; brief: the date
    alone.
    """
    if time.time() - moment < _DAY:
        return time.strftime("%H:%M", time.localtime(moment))
    return time.strftime("%Y-%m-%d" if brief else "%Y-%m-%d %H:%M", time.localtime(moment))


def ago(moment: float) -> str:
    """How long ago a moment was."""
    seconds = max(time.time() - moment, 0)
    if seconds < 60:
        return _("just now")
    if seconds < 2 * 3600:
        return _("{count} min ago").format(count=int(seconds // 60))
    if seconds < 48 * 3600:
        return _("{count} h ago").format(count=int(seconds // 3600))
    return _("{count} days ago").format(count=int(seconds // 86400))


def in_queue(place: int, waiting: int) -> str:
    """A place in the queue, counted from 1; "" where it is not known."""
    if not place:
        return ""
    return _("place {place} of {waiting} in the queue").format(place=place, waiting=waiting)


def _running(record: "Record") -> list[str]:
    last = record.progress
    if not last:
        return [_("starting: reading the data")]
    if (testing := last.get("testing")) is not None:
        text = _("measuring on the test data: {time}")
        return [_epoch(last), _so_far(record), text.format(time=duration(testing))]
    parts = [_epoch(last), *_losses(last), _so_far(record)]
    if last["examples_per_second"]:
        parts.append(_("{pace} examples/s").format(pace=si(round(last["examples_per_second"]))))
    if last["seconds_left"]:
        parts.append(time_left(last["seconds_left"]))
    return parts


def _paused(record: "Record") -> list[str]:
    last = record.progress
    if not last:
        return []
    step = _("step {step} of {steps}").format(step=whole(last["step"]), steps=whole(last["steps"]))
    return [_epoch(last), step, *_losses(last), _so_far(record)]


def _done(record: "Record") -> list[str]:
    metric = metric_of([record])
    value, epoch = validation(record, metric)
    return [
        _("validation {value} (epoch {epoch})").format(
            value=metric_text(metric, value), epoch=epoch
        ),
        _("test {value}").format(value=metric_text(metric, test(record, metric))),
    ]


def _ended(record: "Record") -> list[str]:
    error = record.error
    last = _epoch(record.progress) if record.progress else ""
    return [last, _so_far(record), translate_error(error) if error else ""]


def _interrupted(record: "Record") -> list[str]:
    text = _("The program ended before the run did. What had been saved by then is here.")
    last = _epoch(record.progress) if record.progress else ""
    return [last, _so_far(record), text]


def _epoch(last: Mapping[str, Any]) -> str:
    return _("epoch {epoch} of {epochs}").format(epoch=last["epoch"], epochs=last["epochs"])


def _losses(last: Mapping[str, Any]) -> list[str]:
    """The terms of the loss; during validation, when there is none, a place for it."""
    losses = {n: value for n, value in last["losses"].items() if not n.startswith(UNWEIGHTED)}
    if len(losses) > 1:
        words = curve_words("")
        return [f"{words.get(n, bare(n))} {significant(value)}" for n, value in losses.items()]
    value = significant(next(iter(losses.values()))) if losses else "…"
    return [_("loss {value}").format(value=value)]


def _so_far(record: "Record") -> str:
    """The metric on validation as last measured, or of the best epoch where it ended."""
    metric = metric_of([record])
    if record.state == "running":
        value = record.progress.get("metrics", {}).get(metric)
    else:
        value, _epoch = validation(record, metric)
    if value is None:
        return ""
    return _("validation {value}").format(value=metric_text(metric, value))

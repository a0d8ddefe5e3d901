"""What the runs of this process are told while they go."""

from dataclasses import dataclass, field

from cnnviz.errors import UserError
from cnnviz.training.spec import Steering


@dataclass
class Orders:
    """What a run is told while it goes; set by other threads, looked at after every step.

    Attributes:
        steering: what changes how it trains.
        pause: leave off, to go on later.
        stop: end.
        leave: leave off, for another process to go on: this one ends.
        limit: which limit it has outlived, as a sentence; it ends then, too.
    """

    steering: Steering = field(default_factory=Steering)
    pause: bool = False
    stop: bool = False
    leave: bool = False
    limit: UserError | None = None

    @property
    def to_end(self) -> bool:
        """Whether somebody has told the run to end or to leave off."""
        return self.pause or self.stop or self.leave

    def should_stop(self) -> bool:
        """Whether the training ends after this step."""
        return self.to_end or self.limit is not None


#: The runs that go in this process, by id.
GOING: dict[str, Orders] = {}


def order(run: str, what: str, value: float | bool | None = None) -> bool:
    """Tell a run of this process to "pause", "stop" or "leave"; or, with a value, a setting's new
    one: its spec takes it as one of ``RunSpec.changes``.

    Returns:
        Whether it goes in this process.
    """
    orders = GOING.get(run)
    if orders is None:
        return False
    if value is None:
        setattr(orders, what, True)
    else:
        orders.steering.asked.append((what, value))
    return True

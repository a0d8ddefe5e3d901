"""What a setting's value may be, by the type of its field. Plain data: no torch."""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from cnnviz.errors import UserError
from cnnviz.text import N_

#: The largest number that a setting may have: beyond it random generators take no seed.
LARGEST = 2**32 - 1
#: (step, setting, value): after that many steps the run goes on with this value.
Change = tuple[int, str, float | bool]
Changes = tuple[Change, ...]
#: The setting that every run can be given while it goes: the highest learning rate of its schedule.
RATE = "learning_rate"
_REFUSALS = {
    bool: N_("{name} takes true or false, not {value}."),
    int: N_("{name} takes a whole number from 0 to {most}, not {value}."),
    float: N_("{name} takes a number from 0 to {most}, not {value}."),
    str: N_("{name} takes a name, not {value}."),
}


def checked(name: str, value: Any, kind: Any) -> Any:
    """The value as a field of this type takes it: a whole number may stand for any number.

    Raises:
        UserError: where it is of another type, none of the choices, or a number that is negative,
            not finite or above ``LARGEST``.
    """
    if get_origin(kind) is Literal:
        if value in get_args(kind):
            return value
        raise UserError(
            "{name} takes one of {choices}, not {value}.",
            name=name,
            choices=", ".join(get_args(kind)),
            value=value,
        )
    if kind is float and type(value) is int and 0 <= value <= LARGEST:
        value = float(value)
    # A NaN is not between any two numbers.
    if type(value) is kind and (kind not in (int, float) or 0 <= value <= LARGEST):
        return value
    raise UserError(_REFUSALS[kind], name=name, value=value, most=LARGEST)


def checked_changes(value: Any, kinds: Mapping[str, Any]) -> Changes:
    """Changes of settings, each of which takes a value as ``checked`` does.

    Args:
        value: (step, setting, value) each; (step, value) is of the learning rate, as it was once
            written.
        kinds: the settings that can be changed, and their types.

    Raises:
        UserError: where it is none.
    """
    found = list[Change]()
    for change in value if isinstance(value, list | tuple) else (value,):
        if isinstance(change, list | tuple) and len(change) == 2:
            change = (change[0], RATE, change[1])
        if not isinstance(change, list | tuple) or len(change) != 3 or change[1] not in [*kinds]:
            raise UserError(
                "changes takes a list of [step, setting, value], where setting is one of {names}; "
                "not {value}.",
                names=", ".join(kinds),
                value=value,
            )
        step, name, new = change
        found.append((checked("changes", step, int), name, checked(name, new, kinds[name])))
    return tuple(found)


def tuples(value: Any) -> Any:
    """JSON data with tuples for lists, so that equal settings are equal however they were given."""
    if isinstance(value, Mapping):
        return {name: tuples(entry) for name, entry in value.items()}
    return tuple(map(tuples, value)) if isinstance(value, list | tuple) else value


def lists(value: Any) -> Any:
    """Plain data as JSON has it."""
    if isinstance(value, Mapping):
        return {name: lists(entry) for name, entry in value.items()}
    return list(map(lists, value)) if isinstance(value, list | tuple) else value

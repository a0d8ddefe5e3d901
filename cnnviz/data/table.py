"""The data sets that the course uses: where each is published, and how to know that it is right."""

from cnnviz.data.table_cifar10 import CIFAR10
from cnnviz.data.table_pairs import PASCAL, WIKIPEDIA
from cnnviz.data.table_pictures import BSD68, SET12, TRAIN400
from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.data.table_scenes import (
    BOTSWANA,
    INDIAN_PINES,
    KSC,
    PAVIA_UNIVERSITY,
    SALINAS,
    SALINAS_A,
)
from cnnviz.errors import UserError

__all__ = ["DATASETS", "DataSet", "Remote", "data_set"]

#: In the order of the lessons.
DATASETS = (
    CIFAR10,
    INDIAN_PINES,
    PAVIA_UNIVERSITY,
    SALINAS,
    SALINAS_A,
    KSC,
    BOTSWANA,
    SET12,
    BSD68,
    TRAIN400,
    PASCAL,
    WIKIPEDIA,
)


def data_set(name: str) -> DataSet:
    """A row of the table by its name.

    Raises:
        UserError: where there is none of that name.
    """
    for row in DATASETS:
        if row.name == name:
            return row
    raise UserError(
        "There is no data set named {name}. There are: {names}.",
        name=name,
        names=", ".join(row.name for row in DATASETS),
    )

"""The lessons that there are, as data: what the home page and ``python -m cnnviz lessons`` list."""

from dataclasses import dataclass

from cnnviz.text import N_


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes:
        name: its house number in every layer.
        title: the network's name, the same in every language.
        finding: one sentence saying what this network found out (a translation key).
        paper: key of its paper, a constant of ``cnnviz.papers``.
        checkpoints: shipped weights that it uses.
        datasets: sets that it uses where they are there.
    """

    name: str
    title: str
    finding: str
    paper: str
    checkpoints: tuple[str, ...]
    datasets: tuple[str, ...]


LESSONS = (
    Lesson(
        "mobilenet_v1",
        "MobileNetV1",
        N_(
            "A convolution looks around and mixes channels at once; "
            "one after the other, it costs eight to nine times less."
        ),
        "mobilenet_v1",
        ("mobilenet_v1", "mobilenet_v1_050", "mobilenet_v1_025", "mobilenet_v1_050_spared"),
        ("cifar10",),
    ),
    Lesson(
        "mobilenet_v2",
        "MobileNetV2",
        N_(
            "What ReLU cuts off in few channels is lost: "
            "wide inside a block, narrow and without an activation between two."
        ),
        "mobilenet_v2",
        ("mobilenet_v2", "mobilenet_v1"),
        ("cifar10",),
    ),
    Lesson(
        "senet",
        "SENet",
        N_(
            "Not all channels matter to every picture: "
            "a small network beside each block says how much each one counts."
        ),
        "senet",
        ("senet", "senet_without_se"),
        ("cifar10",),
    ),
    Lesson(
        "hybridsn",
        "HybridSN",
        N_(
            "A pixel's class shows in its spectrum and in its neighbours: "
            "3-D convolutions read both at once, a 2-D one sums up."
        ),
        "hybridsn",
        (
            "hybridsn_synthetic_quick",
            "hybridsn_synthetic",
            "hybridsn_2d_synthetic_quick",
            "hybridsn_indian_pines",
        ),
        ("indian_pines", "pavia_university", "salinas"),
    ),
    Lesson(
        "dncnn",
        "DnCNN",
        N_(
            "The network learns the noise, not the picture: "
            "what is left when the noise is taken away is clean."
        ),
        "dncnn",
        (
            "dncnn_blind",
            "dncnn_15",
            "dncnn_25",
            "dncnn_50",
            "dncnn_3",
            "dncnn_small",
            "dncnn_small_plain",
            "dncnn_small_direct",
            "dncnn_small_direct_plain",
        ),
        ("set12", "bsd68", "train400"),
    ),
    Lesson(
        "dscmr",
        "DSCMR",
        N_(
            "A picture can be found by words once both lie in one space: "
            "three losses put what is of one class together, whichever it is."
        ),
        "dscmr",
        ("dscmr_captioned_digits", "dscmr_wikipedia"),
        ("wikipedia", "pascal"),
    ),
)

"""``python -m cnnviz.cli_levels``: measure the DnCNNs at noise that they were not trained for.

The lesson DnCNN shows the table. Those that come with the project are made again, in some minutes,
by ``python -m cnnviz.cli_levels bundled --out checkpoints/dncnn_levels_bundled.json``.
"""

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cnnviz import checkpoints
from cnnviz.errors import UserError
from cnnviz.terminal import bar, stop, write_over

if TYPE_CHECKING:
    from cnnviz.explain.dncnn_levels import Levels


def levels(
    pictures: Annotated[str, typer.Argument(help="The set of pictures.")] = "bundled",
    out: Annotated[
        Path | None, typer.Option(help="The file of the table; default: in the data folder.")
    ] = None,
    beside_pages: Annotated[
        bool, typer.Option("--beside-pages", help="Give way to pages; end with who started it.")
    ] = False,
) -> None:
    """Measure PSNR of all shipped DnCNNs at noise of 5 to 75 grey levels.

    What the file has is not measured again, as long as weights and pictures are the same.
    """
    try:
        if beside_pages:
            threading.Thread(target=_end_with_starter, daemon=True).start()
        _measure(pictures, out, beside_pages=beside_pages)
    except UserError as error:
        stop(error, 1)
    except KeyboardInterrupt:
        stop("\nStopped. What is measured is kept: the same command goes on from there.", 1)


def _measure(name: str, out: Path | None, *, beside_pages: bool) -> None:
    from cnnviz.explain import dncnn_levels as explain
    from cnnviz.models.dncnn import DnCNN
    from cnnviz.training.beside_pages import give_way

    file = out or explain.files_of(name)[1]
    pictures = explain.pictures_of(name)
    table = explain.read(file, explain.unmeasured(name, pictures))
    if not table.networks:
        raise UserError("No trained DnCNN is here.")
    models = dict[str, DnCNN]()
    for network in table.networks:
        model, _card = checkpoints.load(network)
        assert isinstance(model, DnCNN)
        models[network] = model
    if beside_pages:
        give_way()  # not before: on a busy machine it would take minutes to get here
    for further in explain.measured(table, pictures, models):
        table = further
        try:
            explain.write(file, table)
        except OSError as error:
            raise UserError("{file} cannot be written: {reason}.", file=file, reason=error) from (
                error
            )
        if not beside_pages:
            write_over(f"{bar(table.share)} {100 * table.share:.0f} %")
    if not beside_pages:
        _tell(table, file)


def _tell(table: "Levels", file: Path) -> None:
    print(f"\n{'sigma':12} {' '.join(f'{sigma:6g}' for sigma in table.sigmas)}")
    rows = zip(("noisy", *table.networks), (table.noisy.mean(axis=1), *table.psnr), strict=True)
    for name, means in rows:
        print(f"{name:12} {' '.join(f'{mean:6.2f}' for mean in means)}")
    print(f"mean PSNR in dB, in {file}")


def _end_with_starter() -> None:
    """End when the process is no more that has the other end of the standard input."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    typer.run(levels)

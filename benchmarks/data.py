"""What opening a cube costs: time and memory for each format, against the libraries' full load.

    python benchmarks/data.py [--megabytes 200] [--quick] [--json]

Writes the same cube in every format to a temporary folder. Each measurement is a process of its
own, which opens the file and reads the spectrum of one pixel: with ``cnnviz.data.cubes`` and, to
compare, with scipy, h5py, NumPy, spectral or tifffile as their manuals load a whole array. Times
are without imports, the best of three; memory is the process's largest, imports and all. The files
have just been written, so that neither waits for the disk. In the end an ENVI cube of 2 GB (a
sparse file): leaves with 1 where that takes more than 1 s or 300 MB.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDTH, BANDS = 500, 200  # of uint16
ALLOWED_SECONDS, ALLOWED_MB = 1.0, 300.0
PIXEL = (7, 11)

# The child's part. This process imports no library: a child counts its parent's memory as its own.
SETUP = """
import json, resource, sys, time
import numpy as np
folder, rows, width, bands = sys.argv[1], *map(int, sys.argv[2:5])
"""
CUBE = """
draw = np.random.default_rng(0)
cube = draw.integers(0, 4096, (rows, width, bands), dtype=np.uint16)
"""
MEASURE = """
began = time.perf_counter()
spectrum = np.array({spectrum})
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"seconds": seconds, "peak_mb": peak, "spectrum": spectrum.tolist()}}))
"""


@dataclass(frozen=True)
class Format:
    """How a format is written and read.

    Attributes:
        file: its name in the folder.
        imports: of the library that is compared with.
        write: code that writes ``cube`` to ``folder``.
        load: an expression for the whole array as the library's manual loads it.
        bands_first: whether the bands come first in it.
    """

    file: str
    imports: str
    write: str
    load: str
    bands_first: bool = False


H5 = "with h5py.File(path, 'w') as f: f.create_dataset('cube', data=cube"
FORMATS = {
    "MATLAB 5": Format(
        "v5.mat", "import scipy.io", "scipy.io.savemat(path, {'cube': cube})",
        "scipy.io.loadmat(path)['cube']",
    ),
    "MATLAB 7, packed": Format(
        "v7.mat", "import scipy.io", "scipy.io.savemat(path, {'cube': cube}, do_compression=True)",
        "scipy.io.loadmat(path)['cube']",
    ),
    "HDF5": Format("plain.h5", "import h5py", f"{H5})", "h5py.File(path)['cube'][...]"),
    "HDF5, packed": Format(
        "packed.h5", "import h5py", f"{H5}, compression='gzip')", "h5py.File(path)['cube'][...]"
    ),
    "npy": Format("a.npy", "", "np.save(path, cube)", "np.load(path)"),
    "npz": Format("a.npz", "", "np.savez(path, cube=cube)", "np.load(path)['cube']"),
    "npz, packed": Format(
        "packed.npz", "", "np.savez_compressed(path, cube=cube)", "np.load(path)['cube']"
    ),
    **{
        f"ENVI {order}": Format(
            f"{order}.hdr", "import spectral",
            f"spectral.envi.save_image(path, cube, dtype='u2', interleave='{order}')",
            "np.asarray(spectral.envi.open(path).load())",
        )
        for order in ("bsq", "bil", "bip")
    },
    "TIFF, planes": Format(
        "planes.tif", "import tifffile",
        "tifffile.imwrite(path, np.moveaxis(cube, 2, 0), photometric='minisblack', "
        "planarconfig='separate')",
        "tifffile.imread(path)", bands_first=True,
    ),
    "TIFF, packed pages": Format(
        "pages.tif", "import tifffile",
        "tifffile.imwrite(path, np.moveaxis(cube, 2, 0), photometric='minisblack', "
        "compression='zlib')",
        "tifffile.imread(path)", bands_first=True,
    ),
}  # fmt: skip
OURS = "open_array(path).array"
SPARSE = """
with open(f"{folder}/sparse.hdr", "w") as header:
    header.write(f"ENVI\\nlines = {rows}\\nsamples = {width}\\nbands = {bands}\\n"
                 "data type = 12\\ninterleave = bsq\\nbyte order = 0\\n")
with open(f"{folder}/sparse.img", "wb") as data:
    data.truncate(2 * rows * width * bands)
"""


@dataclass(frozen=True)
class Cost:
    """What opening a file and reading one spectrum took."""

    seconds: float
    peak_mb: float


def main() -> int:
    """Measure, print, and judge."""
    options = read_options()
    megabytes = 50 if options.quick else options.megabytes
    repeats = 1 if options.quick else 3
    rows = round(megabytes * 1e6 / (2 * WIDTH * BANDS))
    result = {"megabytes": megabytes, "formats": {}}
    with tempfile.TemporaryDirectory() as folder:
        for name, form in FORMATS.items():
            child(folder, rows, f"{form.imports}\n{CUBE}\npath = f'{{folder}}/{form.file}'\n"
                                f"{form.write}")  # fmt: skip
            ours, theirs = compare(folder, rows, form, repeats)
            result["formats"][name] = entry(ours, theirs)
            for file in Path(folder).iterdir():
                file.unlink()
        child(folder, 10_000, SPARSE)
        large = measured(folder, 10_000, "sparse.hdr", "", OURS, False, repeats)[0]
    passed = large.seconds <= ALLOWED_SECONDS and large.peak_mb <= ALLOWED_MB
    result |= {"envi_2_gb": asdict(large), "passed": passed}
    print(json.dumps(result) if options.json else table(result))
    return 0 if passed else 1


def compare(folder: str, rows: int, form: Format, repeats: int) -> tuple[Cost, Cost]:
    """Ours and the library's cost; both have to find the same spectrum."""
    ours, found = measured(folder, rows, form.file, "", OURS, form.bands_first, repeats)
    theirs, expected = measured(
        folder, rows, form.file, form.imports, form.load, form.bands_first, repeats
    )
    if found != expected:
        raise RuntimeError(f"{form.file}: another spectrum than {form.load} finds")
    return ours, theirs


def measured(
    folder: str, rows: int, file: str, imports: str, array: str, bands_first: bool, repeats: int
) -> tuple[Cost, list[int]]:
    """The best of some runs, and the spectrum that they found."""
    row, column = PIXEL
    place = f"[:, {row}, {column}]" if bands_first else f"[{row}, {column}]"
    imports = imports or "from cnnviz.data.cubes import open_array"
    code = f"{imports}\npath = f'{{folder}}/{file}'\n" + MEASURE.format(spectrum=array + place)
    runs = [json.loads(child(folder, rows, code)) for _ in range(repeats)]
    best = Cost(min(run["seconds"] for run in runs), min(run["peak_mb"] for run in runs))
    return best, runs[0]["spectrum"]


def child(folder: str, rows: int, code: str) -> str:
    """Run code in a process of its own; what it prints."""
    command = [sys.executable, "-c", SETUP + code, folder, str(rows), str(WIDTH), str(BANDS)]
    # spectral's loaded arrays warn of NumPy 2, which is no matter here.
    command[1:1] = ["-W", "ignore"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def entry(ours: Cost, theirs: Cost) -> dict[str, object]:
    """One format's numbers; ratios say how many times as much the library takes."""
    return {
        "ours": asdict(ours),
        "library": asdict(theirs),
        "times_faster": theirs.seconds / ours.seconds,
        "times_smaller": theirs.peak_mb / ours.peak_mb,
    }


def table(result: dict[str, object]) -> str:
    """As it is read."""
    lines = [
        f"{result['megabytes']} MB          ours: ms   MB   library: ms   MB    faster  smaller"
    ]
    for name, found in result["formats"].items():  # type: ignore[attr-defined]
        ours, theirs = found["ours"], found["library"]
        lines.append(
            f"{name:20}{1000 * ours['seconds']:8.1f}{ours['peak_mb']:5.0f}"
            f"{1000 * theirs['seconds']:14.1f}{theirs['peak_mb']:5.0f}"
            f"{found['times_faster']:9.1f}x{found['times_smaller']:8.1f}x"
        )
    large: dict[str, float] = result["envi_2_gb"]  # type: ignore[assignment]
    lines.append(
        f"{'ENVI bsq of 2 GB':20}{1000 * large['seconds']:8.1f}{large['peak_mb']:5.0f}   "
        f"allowed: {1000 * ALLOWED_SECONDS:.0f} ms, {ALLOWED_MB:.0f} MB"
    )
    return "\n".join([*lines, "passed" if result["passed"] else "failed"])


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, default=200, help="size of the cube")
    parser.add_argument("--quick", action="store_true", help="50 MB, each once: under 50 s")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

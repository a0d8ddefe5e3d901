"""Features of image-text pairs in the table of data sets, for cross-modal retrieval."""

from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.text import N_

_RAW = "https://raw.githubusercontent.com/penghu-cs/DSCMR/master/data/pascal/"


def _pascal(name: str, checksum: str, size: int, *, exact: bool = True) -> Remote:
    return Remote(f"pascal/{name}", (_RAW + name,), checksum, size, exact, also=(name,))


def _wikipedia(name: str, md5: str, size: int) -> Remote:
    # The publisher's page offers one archive of the texts, photos and features, whose checksum and
    # contents are not known here.
    return Remote(f"wikipedia/{name}", (), f"md5:{md5}", size, also=(name,))


PASCAL = DataSet(
    "pascal",
    "Pascal Sentence",
    N_("Features of 900 photos with sentences, 20 classes."),
    N_("No licence stated; cite Rashtchian et al. (2010)."),
    "https://github.com/penghu-cs/DSCMR",
    (
        # The authors' repository names this file's content, but not its size: 800 x 4096 numbers
        # of 4 bytes, and a header.
        _pascal(
            "train_img.mat", "git:8ea29841ec946a838c71ea7823355338533af1b9", 13_107_400, exact=False
        ),
        _pascal("train_txt.mat", "md5:6e6847927ff862d268c73e0eac1261e9", 960_200),
        _pascal("train_img_lab.mat", "md5:005cfa75c6ea7fa5e77f55bebbf3da19", 6_600),
        _pascal("test_img.mat", "md5:b0ec3484d3d61dfd5305415e83e666b8", 1_638_592),
        _pascal("test_txt.mat", "md5:d145d8723e3e790364b76ed1e50ee037", 120_192),
        _pascal("test_img_lab.mat", "md5:38c63e71db1cd5aecf16550cbd063321", 1_000),
    ),
    ("dscmr",),
)

WIKIPEDIA = DataSet(
    "wikipedia",
    "Wikipedia",
    N_("Features of 2,866 articles with a photo each, 10 classes."),
    N_("No licence stated; cite Rasiwasia et al. (2010)."),
    "http://www.svcl.ucsd.edu/projects/crossmodal/",
    (
        _wikipedia("raw_features.mat", "50a6880f35921ae0fd5be2a6bf21c8c6", 1_075_232),
        _wikipedia("trainset_txt_img_cat.list", "62d7b815e995fcf9d5f2581540196b88", 155_153),
        _wikipedia("testset_txt_img_cat.list", "c8f97c593505796cdf1b6fe1a8d42631", 49_494),
        _wikipedia("categories.list", "de5c3ae255ce565357d0b855dd1ee8d6", 75),
    ),
    ("dscmr",),
)

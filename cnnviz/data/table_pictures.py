"""Images for denoising in the table of data sets, as DnCNN's authors publish them.

Sizes and checksums are those of the files in their repository, two files a line, in the order of
the files' numbers.
"""

from cnnviz.data.table_rows import DataSet, Remote
from cnnviz.data.table_train400 import TRAIN400_FILES
from cnnviz.text import N_

PAGE = "https://github.com/cszn/DnCNN"
TERMS = N_("No licence stated; cite Zhang et al. (2017).")

_RAW = "https://raw.githubusercontent.com/cszn/DnCNN/master/"

SET12_FILES = """
38267 07f292bddfb4c4dbde998cf8425a0aeb  34985 7d0c348d80be5456773ffb4be67e133c
40181 c2f94c3bbc38d08d6e7fe99887d89c67  42947 c7502d899202f75d0c71fb471ab2e1cc
40728 974226c952ffa9686a9db0bf71d0394e  40985 d5ed1d541431ce8ad6f9010afef01216
39804 8afe2ec98282e7f9e32dcbb2a49e5e74  151065 62483e324edcb2d55bc62b23d17d28cd
185727 73c4b3758af64736831438b028ac4524  177762 c869477c07abc66f71946b6548c7e93e
209817 debd680644db9aa8f5bc29787d3b228f  193637 81faa6c0aac6cad9ed3da67fe945413f
"""

BSD68_FILES = """
118864 83db3a1ecc8f9cf7435f8d8b12041a31  74483 844059ab411a7e5bb6da4ebe43636935
86227 ec5946e9c04dcfb83d888ac3a711fce9  84485 ba9cb358b385f21adfc3d93244b9291b
97073 8f3957d39596099b00aed8893ff02bb2  71584 61fc6dd5097d607142ec9ab3bd42eeaa
101018 3350a9a57d946c1cb3d8b2645ddcdc47  115601 d76af91140e6a862221c2344537e1a63
93022 164f47f10e8e59b40af653221cc305bb  89721 fa337f97e64148fbe229aac3a6d0698b
92534 be477814a89a23b0e87cc73f0dce40dd  103143 5103cc561f941f444a54d930fe97807d
92986 752399305e30555900dc7aec12d5485c  81907 69c69e3bdb9c3cf922ac9ee9c78d5793
105365 d955bce901c652d73bb29b3b07241617  110448 217a1f44d8de93910d70862657f662a5
68933 d8fee67c1543f527e8638dde0bd7193d  66310 d767c9989e0147203069084f992ad8ef
100373 efe3778f560081a507c382277d31bc5d  93264 add687d01e03f705dab68e19b428b3e3
114013 092dc33ca542ce7a19a8a4c41430ca3e  109816 2d152ea3307bc16812da7a8bad3c21f5
95472 b026e24aedc815ed04c4a13557756bec  98740 7974bd03e17a3bd07a1b3e08835584b4
78844 14fb8231767d624e0963bfab79253c92  102342 f9d97da7260ac643f9dd8149e16c727d
89409 076641c7f86f4a353e62a4da61280100  63234 8e74f3f5e7ef0f369ad8226b46bdfe0c
121370 f4773e4435748b70cfa08687cfdc255c  91178 c8fbeb6c9e314b6404404b725ad3dba1
130367 792ec8f832a1d99d61fbed09f186b1d7  111318 6469e065122ed29d03a93e6243c5a1d2
92033 12f93c4595cc398cef4de32293eecdea  78153 5db484baaf0c6836d0a2f64542704af3
100892 e030aad33d65ec705f7781d9878f63c6  107971 92d05bf37abab8c0728afabe89a444f2
94230 82295c828c274a568d73c66545ff810b  98294 eea84691cd2d640b9a165ae9f510b2f7
80286 569d43331aec5d017ea2280e5ad54393  97824 a44b5422c94185d1de2230017043dab1
98126 31c4fc11857efc83d26c9268168f68c7  89470 26e46e9632c89fc68f874cdb156a265d
86954 42fe824926a335aa85ccf878c8ee31c6  102569 71068c9c4db0e269c722f1f670e6ee6a
72731 8b557d25a0fb3fa1b6685e023f9c9fb2  117083 7513aa8fae6c49a965ab88fbb370b2ce
111024 c9723499572dcf2f394f086edfdc3f45  90269 38ec0d10e8bc7bf2468103376d91c6ed
79078 a8c3175eae9df72923849b4c13fc5b41  105215 21715328e9fd18a5ce8e575337734897
100263 d689fe3d4168481d37d11227145cb418  75037 873ff562a73e008c339d69e37783c163
84780 2cd41ea2a77feeac7cef80db2726b82a  99295 6cd69a4e031a3d77a3ca300c923c51d6
109501 57fd4eb63ba1da870428fb7b6aa3301d  128715 c837ebc62bb9faddbc27eaf5322df2f3
89722 8c7aa02e271cb7600a1245c9c88d5a75  85432 0ad2c72bfb44e176f62657e1a62ff146
88674 8b41a54cf5964ad55096cd373cdf084c  82004 8d8f5718bb644406984aacb9a06f579e
88917 54f6747ac9cd5bb0c1a36d0459692838  67675 dcd19b8ea98a686af0c549fa27b4ded8
110389 0e4838588c85235a6925c4714054f9b0  113069 a2022d20e2f308dbfe581ed9d8a69bce
92319 2fa15eeee8f5ff59051bd41eaaebb727  53766 2ba55aad76cb60313aa517f909669b71
126563 1f31d3419e95b4475bf6f6e8ff7daf45  98838 df5d9ee884657e6ad170ec42eae6ba10
"""


def _images(folder: str, published: str, name: str, files: str) -> tuple[Remote, ...]:
    """One file for each pair of size and md5; ``name`` makes a file's name of its number."""
    words = files.split()
    remotes = []
    for number, (size, md5) in enumerate(zip(words[::2], words[1::2], strict=True), start=1):
        file = name.format(number)
        also = (f"{published.rpartition('/')[2]}/{file}",)
        urls = (f"{_RAW}{published}/{file}",)
        remotes.append(Remote(f"{folder}/{file}", urls, f"md5:{md5}", int(size), also=also))
    return tuple(remotes)


SET12 = DataSet(
    "set12",
    "Set12",
    N_("12 grey images that denoising methods are compared on."),
    TERMS,
    PAGE,
    _images("set12", "testsets/Set12", "{:02}.png", SET12_FILES),
    ("dncnn",),
)

BSD68 = DataSet(
    "bsd68",
    "BSD68",
    N_("68 grey photos that denoising methods are compared on."),
    TERMS,
    PAGE,
    _images("bsd68", "testsets/BSD68", "test{:03}.png", BSD68_FILES),
    ("dncnn",),
)

TRAIN400 = DataSet(
    "train400",
    "Train400",
    N_("400 grey photos of 180 × 180 pixels that DnCNN was trained on."),
    TERMS,
    PAGE,
    _images(
        "train400", "TrainingCodes/DnCNN_TrainingCodes_v1.0/data/Train400", "test_{:03}.png",
        TRAIN400_FILES,
    ),
    ("dncnn",),
)  # fmt: skip

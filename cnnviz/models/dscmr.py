"""DSCMR: pictures and texts in one space, by two branches whose last layers are the same.

Paper: Zhen et al., "Deep Supervised Cross-modal Retrieval", CVPR 2019.

Input: image features (B, image_features) and text features (B, text_features). Output: of each
modality an embedding (B, common) in the common space, and class scores (B, num_classes) of one
linear classifier for both. The defaults are those of the Pascal Sentence features.
Differs from the paper: the branches read finished features; what makes them of pixels and words is
not trained with them.
"""

from typing import NamedTuple

from torch import Tensor, nn


class Embedded(NamedTuple):
    """What the network makes of a batch.

    Attributes:
        images, texts: (B, common), places in the common space.
        image_scores, text_scores: (B, num_classes), of the linear classifier; no softmax.
    """

    images: Tensor
    texts: Tensor
    image_scores: Tensor
    text_scores: Tensor


class DSCMR(nn.Module):
    """The network.

    Args:
        image_features: numbers that describe an image.
        text_features: numbers that describe a text.
        num_classes: classes that both modalities have.
        hidden: units of each branch's own layer.
        common: dimensions of the common space.

    Attributes:
        image_branch, text_branch: a modality's own layers.
        shared: the layer into the common space. Paper: the last layers of both branches share
            their weights, so that both modalities end in one space.
        classifier: the one linear classifier of the common space.

    Raises:
        ValueError: where a size is not positive.
    """

    def __init__(
        self,
        *,
        image_features: int = 4096,
        text_features: int = 300,
        num_classes: int = 20,
        hidden: int = 1024,
        common: int = 512,
    ) -> None:
        super().__init__()
        sizes = (image_features, text_features, num_classes, hidden, common)
        if min(sizes) < 1:
            raise ValueError(f"all sizes must be at least 1, not {sizes}")
        self.image_branch = _branch(image_features, hidden)
        self.text_branch = _branch(text_features, hidden)
        self.shared = nn.Linear(hidden, common)
        self.classifier = nn.Linear(common, num_classes)

    def embed_images(self, images: Tensor) -> Tensor:
        """Places of images, (B, common), from their features (B, image_features)."""
        return self.shared(self.image_branch(images))  # type: ignore[no-any-return]

    def embed_texts(self, texts: Tensor) -> Tensor:
        """Places of texts, (B, common), from their features (B, text_features)."""
        return self.shared(self.text_branch(texts))  # type: ignore[no-any-return]

    def forward(self, images: Tensor, texts: Tensor) -> Embedded:
        u = self.embed_images(images)  # (B, common)
        v = self.embed_texts(texts)  # (B, common)
        return Embedded(u, v, self.classifier(u), self.classifier(v))


def _branch(features: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(features, hidden), nn.ReLU())

"""The bridge from the pages to the library, and the only ``st.cache_*`` of the dashboard.

Keys are names and numbers, never arrays or models: a cache of Streamlit hashes large arrays on a
sample, so that two pictures could be taken for one. What a name stands for comes along in an
argument with an underscore, which is not part of the key. Every cache is bounded. What comes out
is shared by all visitors and read-only. torch is imported when a lesson first asks for it.
"""

from dashboard.cache.costs import (
    compare_layer,
    layer_times,
    network_layers,
    paper_rows,
    trained_width,
)
from dashboard.cache.maps import (
    block_maps,
    blocks_of,
    class_names,
    dead_share,
    depthwise_filters,
    global_ranges,
    layer_maps,
    look,
    mobilenet_v1,
    pixel_sum,
    pointwise_sum,
    prediction,
    receptive_field,
    upright,
)
from dashboard.cache.pictures import (
    Pixels,
    bundled_photo,
    cifar10_count,
    cifar10_image,
    cifar10_place,
    decoded_photo,
    photo_credit,
    photo_titles,
)
from dashboard.cache.scenes import (
    built_scene,
    checked_scene,
    scene_candidates,
    scene_pictures,
)
from dashboard.cache.sets import (
    data_folders,
    data_job,
    data_sets,
    data_state,
    size_in_words,
    start_fetch,
)

__all__ = [
    "Pixels",
    "block_maps",
    "blocks_of",
    "built_scene",
    "bundled_photo",
    "checked_scene",
    "cifar10_count",
    "cifar10_image",
    "cifar10_place",
    "class_names",
    "compare_layer",
    "data_folders",
    "data_job",
    "data_sets",
    "data_state",
    "dead_share",
    "decoded_photo",
    "depthwise_filters",
    "global_ranges",
    "layer_maps",
    "layer_times",
    "look",
    "mobilenet_v1",
    "network_layers",
    "paper_rows",
    "photo_credit",
    "photo_titles",
    "pixel_sum",
    "pointwise_sum",
    "prediction",
    "receptive_field",
    "scene_candidates",
    "scene_pictures",
    "size_in_words",
    "start_fetch",
    "trained_width",
    "upright",
]

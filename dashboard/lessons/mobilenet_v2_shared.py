"""What the parts of the MobileNetV2 lesson share."""

#: Input pixels a side that the layouts are made for.
SIZES = {"course": 32, "paper": 224}
#: What is compared, by its name in the registry.
NETWORKS = {"mobilenet_v1": "MobileNetV1", "mobilenet_v2": "MobileNetV2"}

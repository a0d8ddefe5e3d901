"""What the parts of the MobileNetV2 lesson share."""

#: What is compared, by its name in the registry.
NETWORKS = {"mobilenet_v1": "MobileNetV1", "mobilenet_v2": "MobileNetV2"}

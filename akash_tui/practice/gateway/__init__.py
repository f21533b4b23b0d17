"""The provider gateways of the practice network."""

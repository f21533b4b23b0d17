"""Fixtures of the tests against the practice network."""

from tests.services.on_practice.worlds import worlds as worlds

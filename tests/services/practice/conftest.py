"""Fixtures of the tests against the practice network."""

from practice_worlds import worlds as worlds

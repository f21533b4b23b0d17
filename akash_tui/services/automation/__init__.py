"""Deployments without a person: headless runs, policies, automatic top-ups."""

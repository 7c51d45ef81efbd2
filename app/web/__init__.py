"""Webhooks in, pages and JSON out."""

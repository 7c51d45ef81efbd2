"""What Prometheus reads at `/metrics` of the web side."""

from prometheus_client import Counter

DELIVERIES = Counter("fairlead_webhook_deliveries_total", "Webhooks by connection and answer.", ("forge", "status"))

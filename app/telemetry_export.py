"""Sends spans to a collector, by OTLP over HTTP: what an operator sets with the variables of OpenTelemetry.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from importlib.metadata import version

from opentelemetry import trace

TRACES = "/v1/traces"


class NoExporter(Exception):
    """Traces are asked for, and what exports them is not installed."""

    def __init__(self) -> None:
        super().__init__("OTEL_EXPORTER_OTLP_ENDPOINT is set, and what exports traces is missing: pip install 'fairlead[otel]'")


def start(endpoint: str, worker: str) -> None:
    """Export the spans of this process to `endpoint` from now on. Raises NoExporter.

    OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS and their like count too.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise NoExporter from error

    ours = {"service.name": "fairlead", "service.version": version("fairlead"), "service.instance.id": worker}
    provider = TracerProvider(resource=Resource.create(ours).merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint + TRACES)))
    trace.set_tracer_provider(provider)


def finish() -> None:
    """Send the last spans; nothing happens where none are exported."""
    if shutdown := getattr(trace.get_tracer_provider(), "shutdown", None):
        shutdown()

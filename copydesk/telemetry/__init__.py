"""Count, trace and log what the services do: figures for Prometheus, spans for OpenTelemetry, lines for people."""

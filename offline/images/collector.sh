# otel/opentelemetry-collector-contrib: certificates and the collector, with the parts that go/collector/builder.yaml
# names.
. /vigie/bare-root.sh
install -m 755 /vigie/collector /out/otelcol-contrib
mkdir -p /out/etc/otelcol-contrib
cat >/out/etc/otelcol-contrib/config.yaml <<'YAML'
receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
exporters:
  debug: {}
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [debug]
    metrics:
      receivers: [otlp]
      exporters: [debug]
    logs:
      receivers: [otlp]
      exporters: [debug]
YAML

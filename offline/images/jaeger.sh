# jaegertracing/jaeger: an Alpine with certificates and Jaeger.
. /vigie/small-root.sh
mkdir -p /out/cmd/jaeger
install -m 755 /vigie/jaeger /out/cmd/jaeger/jaeger-linux

# nginx/nginx-prometheus-exporter: certificates and the binary, nothing else.
. /vigie/bare-root.sh
mkdir -p /out/usr/bin
install -m 755 /vigie/nginx-prometheus-exporter /out/usr/bin/nginx-prometheus-exporter

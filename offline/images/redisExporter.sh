# oliver006/redis_exporter: certificates and the exporter, with the C library that Debian's build links.
. /vigie/bare-root.sh
cp /usr/bin/prometheus-redis-exporter /out/redis_exporter
ldd /out/redis_exporter | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "/out$(dirname "$library")"
  cp -L "$library" "/out$library"
done

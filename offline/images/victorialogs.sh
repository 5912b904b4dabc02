# victoriametrics/victoria-logs: distroless/static (certificates, time zones, /tmp, root and an unprivileged user with a
# home) and the binary. Without -storageDataPath it keeps its data in /victoria-logs-data, where only root may write.
. /vigie/bare-root.sh
mkdir -p /out/usr/share
install -m 755 /vigie/victorialogs /out/victoria-logs-prod
cp -R /usr/share/zoneinfo /out/usr/share/zoneinfo
printf 'nonroot:x:65532:65532:nonroot:/home/nonroot:/bin/false\n' >>/out/etc/passwd
printf 'nonroot:x:65532:\n' >>/out/etc/group
install -d -o 65532 -g 65532 -m 700 /out/home/nonroot

# axllent/mailpit: an Alpine with time zones and the binary.
. /vigie/small-root.sh
install -m 755 /vigie/mailpit /out/mailpit
mkdir -p /out/usr/share
cp -R /usr/share/zoneinfo /out/usr/share/zoneinfo

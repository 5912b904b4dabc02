# grafana/tempo: certificates and Tempo, with a directory of its user's for the data. The official one has a shell for
# other people's scripts, which we do not use.
. /vigie/bare-root.sh
install -m 755 /vigie/tempo /out/tempo
printf 'tempo:x:10001:10001::/home/tempo:/bin/false\n' >>/out/etc/passwd
printf 'tempo:x:10001:\n' >>/out/etc/group
install -d -o 10001 -g 10001 -m 700 /out/var/tempo

# library/postgres: Debian's server with the official image's entrypoint contract (postgres-entrypoint.sh).
echo 'en_US.UTF-8 UTF-8' >/etc/locale.gen
locale-gen
rm -rf /etc/ssl/private/* /etc/ssl/certs/ssl-cert-snakeoil.pem /var/lib/postgresql /etc/postgresql
install --directory --owner postgres --group postgres --mode 1777 /var/lib/postgresql
install --directory --owner postgres --group postgres --mode 3777 /run/postgresql
mkdir /docker-entrypoint-initdb.d
sed -ri "s/^#?(listen_addresses)\s*=.*/\1 = '*'/" /usr/share/postgresql/18/postgresql.conf.sample
grep -q "^listen_addresses = '\*'" /usr/share/postgresql/18/postgresql.conf.sample
install -m 755 /vigie/postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh

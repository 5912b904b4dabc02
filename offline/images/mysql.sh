# library/mysql: Debian's MariaDB under MySQL's names, with the official image's entrypoint contract
# (mysql-entrypoint.sh). Its own names (mariadbd, mariadb-admin …) are there, too: who looks sees what it is.
for name in mysql:mariadb mysqladmin:mariadb-admin mysqldump:mariadb-dump mysql_tzinfo_to_sql:mariadb-tzinfo-to-sql; do
  [ -e "/usr/bin/${name%%:*}" ] || ln -s "${name#*:}" "/usr/bin/${name%%:*}"
done
[ -e /usr/sbin/mysqld ] || ln -s mariadbd /usr/sbin/mysqld
rm -rf /var/lib/mysql /var/log/mysql /etc/mysql /run/mysqld
mkdir -p /etc/mysql/conf.d /docker-entrypoint-initdb.d
cat >/etc/mysql/my.cnf <<'CNF'
[client-server]
socket = /run/mysqld/mysqld.sock

[mariadbd]
datadir = /var/lib/mysql
pid-file = /run/mysqld/mysqld.pid

!includedir /etc/mysql/conf.d/
CNF
install --directory --owner mysql --group mysql --mode 1777 /var/lib/mysql /run/mysqld
install -m 755 /vigie/mysql-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
mysqld --version

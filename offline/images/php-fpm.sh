# Sourced by the recipes whose official image is library/php's FPM: its paths, and a server on port 9000 that logs to
# standard error. What Debian brings for its own web server goes.
rm -rf /etc/php/8.4/fpm/pool.d /etc/apache2 /var/www /run/php /usr/share/perl /usr/lib/*/perl
mkdir -p /usr/local/sbin /usr/local/bin /var/www/html /etc/php/8.4/fpm/pool.d
ln -s /usr/sbin/php-fpm8.4 /usr/local/sbin/php-fpm
ln -s /usr/bin/php8.4 /usr/local/bin/php
chown www-data:www-data /var/www/html
chmod 1777 /var/www/html
cat >/etc/php/8.4/fpm/php-fpm.conf <<'CONF'
[global]
daemonize = no
error_log = /proc/self/fd/2
[www]
listen = 9000
user = www-data
group = www-data
pm = dynamic
pm.max_children = 5
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 3
clear_env = no
catch_workers_output = yes
decorate_workers_output = no
access.log = /proc/self/fd/2
CONF

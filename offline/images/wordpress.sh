# library/wordpress, FPM: PHP, and WordPress in /usr/src/wordpress, from where the entrypoint copies it.
. /vigie/php-fpm.sh
mkdir -p /usr/src/wordpress
source=/vigie/unpacked/usr/share/wordpress
# Debian's own configuration looks for one file a host name in /etc.
rm "$source/.htaccess" "$source/wp-config.php"
cp --recursive --dereference "$source/." /usr/src/wordpress/
install --mode 644 /vigie/wp-config-docker.php /usr/src/wordpress/wp-config-docker.php
install --mode 755 /vigie/wordpress-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
chown -R www-data:www-data /usr/src/wordpress
php -l /usr/src/wordpress/wp-config-docker.php
php-fpm --version

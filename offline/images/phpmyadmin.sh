# phpMyAdmin's own image, FPM: PHP, and phpMyAdmin in /var/www/html with its configuration in /etc/phpmyadmin.
. /vigie/php-fpm.sh
# The JavaScript libraries that Debian keeps apart come along: the web server sees this directory only.
rm -rf /usr/share/phpmyadmin/doc
cp --recursive --dereference /usr/share/phpmyadmin/. /var/www/html/
chown -R www-data:www-data /var/www/html
rm -rf /etc/phpmyadmin /var/lib/phpmyadmin/*
mkdir -p /etc/phpmyadmin
cat >/etc/phpmyadmin/config.inc.php <<'PHP'
<?php
$cfg['blowfish_secret'] = bin2hex(random_bytes(16));
$cfg['Servers'][1]['auth_type'] = 'cookie';
$cfg['Servers'][1]['host'] = getenv('PMA_HOST') ?: 'db';
$cfg['Servers'][1]['port'] = getenv('PMA_PORT') ?: '';
PHP
printf '#!/bin/bash\nset -e\nexec "$@"\n' >/docker-entrypoint.sh
chmod 755 /docker-entrypoint.sh
php -l /etc/phpmyadmin/config.inc.php
php-fpm --version

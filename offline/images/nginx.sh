# library/nginx: Debian with nginx, its default site, and an entrypoint that runs /docker-entrypoint.d first.
rm -rf /etc/nginx/sites-* /etc/nginx/modules-* /etc/nginx/snippets /var/www /usr/share/nginx/html/*
mkdir -p /docker-entrypoint.d /etc/nginx/conf.d /usr/share/nginx/html /var/cache/nginx /var/log/nginx
chown nginx:nginx /var/cache/nginx
ln -sf /dev/stdout /var/log/nginx/access.log
ln -sf /dev/stderr /var/log/nginx/error.log
cat >/etc/nginx/nginx.conf <<'CONF'
user  nginx;
worker_processes  auto;
error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;
events {
    worker_connections  1024;
}
http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    access_log  /var/log/nginx/access.log;
    sendfile  on;
    keepalive_timeout  65;
    include /etc/nginx/conf.d/*.conf;
}
CONF
cat >/etc/nginx/conf.d/default.conf <<'CONF'
server {
    listen       80;
    server_name  localhost;
    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }
}
CONF
printf '<!doctype html>\n<title>nginx</title>\n<p>nginx is running.</p>\n' >/usr/share/nginx/html/index.html
cat >/docker-entrypoint.sh <<'SH'
#!/bin/sh
set -e
if [ "$1" = nginx ]; then
  for file in /docker-entrypoint.d/*.sh; do
    if [ -x "$file" ]; then "$file"; fi
  done
fi
exec "$@"
SH
chmod 755 /docker-entrypoint.sh

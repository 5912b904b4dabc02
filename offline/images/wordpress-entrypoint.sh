#!/bin/bash
# Copies WordPress to the working directory where it is not there yet, with a configuration that reads the variables
# WORDPRESS_*, and runs the command.
set -Eeuo pipefail

if [[ "${1-}" == php-fpm || "${1-}" == apache2* ]]; then
  if [ ! -e index.php ] && [ ! -e wp-includes/version.php ]; then
    cp --recursive --no-clobber /usr/src/wordpress/. .
    echo "WordPress was copied to $PWD." >&2
  fi
  if [ ! -s wp-config.php ] && compgen -e WORDPRESS_ >/dev/null; then
    # Each phrase that is not given is one of its own.
    while IFS= read -r line; do
      unique=$(head -c 32 /dev/urandom | sha1sum | cut -d ' ' -f 1)
      printf '%s\n' "${line/put your unique phrase here/$unique}"
    done </usr/src/wordpress/wp-config-docker.php >wp-config.php
  fi
  if [ "$(id -u)" = 0 ]; then chown -R www-data:www-data .; fi
fi

exec "$@"

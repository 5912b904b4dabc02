# library/node: node and npm in /usr/local, with the official entrypoint's behaviour.
install -m 755 /vigie/node /usr/local/bin/node
ln -s node /usr/local/bin/nodejs
mkdir -p /usr/local/lib/node_modules
cp -R /vigie/npm /usr/local/lib/node_modules/npm
ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
chmod 755 /usr/local/lib/node_modules/npm/bin/*.js
cat >/usr/local/bin/docker-entrypoint.sh <<'SH'
#!/bin/sh
# Options, and words that are no command, go to node; anything else is run as it is.
set -e
case "${1-}" in
-*) set -- node "$@" ;;
*) if [ -z "$(command -v "${1-}")" ] || [ ! -x "$(command -v "${1-}")" ]; then set -- node "$@"; fi ;;
esac
exec "$@"
SH
chmod 755 /usr/local/bin/docker-entrypoint.sh
node --version
npm --version

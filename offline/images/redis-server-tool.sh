# redis-server for the machine itself.
. /vigie/tool-root.sh
install_tool redis-server /usr/bin/redis-server

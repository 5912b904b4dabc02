# promtool for the machine itself.
. /vigie/tool-root.sh
install_tool promtool /usr/bin/promtool

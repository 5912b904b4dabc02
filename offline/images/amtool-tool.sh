# amtool for the machine itself.
. /vigie/tool-root.sh
install_tool amtool /usr/bin/amtool

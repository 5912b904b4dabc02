# alertmanager for the machine itself. Debian's build reads its message templates from a directory of the whole system:
# here that path becomes one of the same length in the directory that the program is started in.
. /vigie/tool-root.sh
install_tool alertmanager /usr/bin/prometheus-alertmanager
mkdir -p /out/share
cp /usr/share/prometheus/alertmanager/*.tmpl /out/share/
sed -i 's#/usr/share/prometheus/alertmanager#./././././././././././././././././#g' /out/libexec/alertmanager
sed -i 's#^exec #cd "$here/share" \&\& exec #' /out/bin/alertmanager

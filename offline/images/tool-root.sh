# Sourced by the recipes of tools that run on the machine itself: a program that brings its own loader and libraries,
# so that the machine's C library doesn't matter.

mkdir -p /out/bin /out/lib /out/libexec

install_tool() {
  cp "$2" "/out/libexec/$1"
  ldd "$2" | grep -o '/[^ ]*' | while read -r library; do
    cp -L "$library" /out/lib/
    case $library in */ld-linux*) ln -sf "$(basename "$library")" /out/lib/loader ;; esac
  done
  cat >"/out/bin/$1" <<SH
#!/bin/sh
here=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")
exec "\$here/lib/loader" --library-path "\$here/lib" "\$here/libexec/$1" "\$@"
SH
  chmod 755 "/out/bin/$1"
}

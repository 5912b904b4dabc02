# Sourced by the recipes whose official image is a busybox or an Alpine with one program: starts such a tree in /out.

mkdir -p /out/bin /out/dev /out/etc/ssl/certs /out/proc /out/root /out/sys /out/usr/local/bin /out/var
mkdir -m 1777 /out/tmp /out/var/tmp
cp /usr/bin/busybox /out/bin/busybox
for applet in $(busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "/out/bin/$applet"
done
ln -s bin /out/sbin
ln -s ../bin /out/usr/bin
ln -s ../bin /out/usr/sbin
cp /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ca-certificates.crt
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >/out/etc/passwd
printf 'root:x:0:\nnobody:x:65534:\n' >/out/etc/group
printf 'hosts: files dns\n' >/out/etc/nsswitch.conf

# Copies a program and the shared libraries that it names, at the paths where the loader looks.
install_program() {
  cp "$1" "$2"
  ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "/out$(dirname "$library")"
    cp -L "$library" "/out$library"
  done
}

# WordPress's own files and the libraries that Debian keeps apart from it, without the web server and the database
# clients that its package depends on.
mkdir /vigie/unpacked
for package in wordpress wordpress-theme-twentytwentyfive libphp-phpmailer php-getid3 libjs-cropper libjs-jquery-ui \
  libjs-lodash libjs-underscore; do
  for file in /var/cache/apt/archives/"${package}"_*.deb; do
    if [ ! -e "$file" ]; then
      echo "E: Not in the archive: $package" >&2
      exit 100
    fi
    dpkg-deb --extract "$file" /vigie/unpacked
  done
done

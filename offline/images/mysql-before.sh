# The official image's user, made before Debian's package could take its number; and no database is made at install time.
groupadd --system --gid 999 mysql
useradd --system --gid 999 --uid 999 --home-dir /var/lib/mysql --no-create-home --shell /bin/false mysql

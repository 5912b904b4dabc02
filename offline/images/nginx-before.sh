# The official image's user, made before Debian's package could take its number.
groupadd --system --gid 101 nginx
useradd --system --gid 101 --uid 101 --no-create-home --home-dir /nonexistent --shell /bin/false nginx

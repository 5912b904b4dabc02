# The official image's user, made before Debian's package could take its number.
groupadd --system --gid 999 redis
useradd --system --gid 999 --uid 999 --home-dir /data --no-create-home --shell /bin/false redis

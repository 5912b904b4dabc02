#!/bin/sh
# The first process of a rehearsal host: what a machine's start would have done, then nothing.
set -eu
mount -o remount,rw /sys
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -o remount,rw /sys/fs/cgroup
  # Containers get cgroups of their own only where no process is in the root one.
  mkdir -p /sys/fs/cgroup/machine
  while read -r process; do echo "$process" >/sys/fs/cgroup/machine/cgroup.procs 2>/dev/null || true; done \
    </sys/fs/cgroup/cgroup.procs
  sed -e 's/ / +/g' -e 's/^/+/' </sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
else
  for controller in /sys/fs/cgroup/*; do
    if mountpoint -q "$controller"; then mount -o remount,bind,rw "$controller"; fi
  done
fi
for user in root deploy; do
  home=$(getent passwd "$user" | cut -d: -f6)
  install -d -m 700 -o "$user" "$home/.ssh"
  printf '%s\n' "$AUTHORIZED_KEY" >"$home/.ssh/authorized_keys"
  chown "$user" "$home/.ssh/authorized_keys"
done
mkdir -p /run/sshd
ssh-keygen -A >/dev/null
/usr/sbin/sshd -E /var/log/sshd.log -o LogLevel=VERBOSE
# It goes into the background before it listens.
until ss -H -ltn 'sport = :22' | grep -q .; do sleep 0.1; done
if [ -x /etc/init.d/docker ]; then
  service docker start >/var/log/docker-start.log 2>&1
  until docker info >/dev/null 2>&1; do sleep 0.1; done
fi
touch /run/ready
exec sleep infinity

import type { RehearsalHost } from "./host.ts";

/** What was tried, as `who -> where`, and whether somebody answered. */
export type Forwarded = Readonly<Record<string, boolean>>;

/**
 * Makes a neighbour of a host, who has a route to the host's containers and plays a cloud's metadata service, too, and two
 * containers in networks of their own. The bridges are called as Docker's are, and a port is published as Docker does it,
 * but nothing else filters: it is the firewall alone that is asked. What is there already is used.
 */
const LAYOUT = `set -eu
ip netns list | grep -q '^neighbour' && exit 0
join() { # namespace, name of the link, its own address, the host's
  ip netns add "$1"
  ip link add "$2" type veth peer name eth0 netns "$1"
  ip link set "$2" up
  ip -n "$1" addr add "$3" dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" link set lo up
  ip -n "$1" route add default via "$4"
}
for one in 77 78; do
  ip link add "br-try$one" type bridge
  ip addr add "172.31.$one.1/24" dev "br-try$one"
  ip link set "br-try$one" up
  join "inside$one" "in$one" "172.31.$one.2/24" "172.31.$one.1"
  ip link set "in$one" master "br-try$one"
done
join neighbour next 198.18.38.2/24 198.18.38.1
ip addr add 198.18.38.1/24 dev next
ip -n neighbour addr add 169.254.169.254/32 dev eth0
ip route add 169.254.169.254 via 198.18.38.2
echo 1 >/proc/sys/net/ipv4/ip_forward
iptables -P FORWARD ACCEPT
iptables -t nat -I PREROUTING -p tcp --dport 8038 -m addrtype --dst-type LOCAL -j DNAT --to 172.31.77.2:8037
for place in inside77:8037 inside78:8037 neighbour:80 neighbour:53; do
  ip netns exec "\${place%:*}" setsid perl -MIO::Socket::INET -e '
    my $server = IO::Socket::INET->new(Listen => 9, LocalPort => $ARGV[0], ReuseAddr => 1) or die $@;
    while (1) { close($server->accept()) }' "\${place#*:}" </dev/null >/dev/null 2>&1 &
done
sleep 1`;

const TRIED = [
  "neighbour -> 172.31.77.2:8037",
  "neighbour -> 198.18.38.1:8038",
  "inside77 -> 198.18.38.2:80",
  "inside77 -> 172.31.78.2:8037",
  "inside77 -> 169.254.169.254:80",
  "inside77 -> 169.254.169.254:53",
] as const;

/** Tries every path between a neighbour of the host, its containers and a metadata service. */
export async function forwardedBy(host: RehearsalHost): Promise<Forwarded> {
  const made = await host.exec(LAYOUT);
  if (made.code !== 0) throw new Error(`no neighbour was made on the host: ${made.output}`);
  const found = await Promise.all(
    TRIED.map(async (path) => {
      const [from, to = ""] = path.split(" -> ");
      const connect = `exec 3<>/dev/tcp/${to.replace(":", "/")}`;
      const { code } = await host.exec(`ip netns exec ${from} timeout 2 bash -c '${connect}'`);
      return [path, code === 0] as const;
    }),
  );
  return Object.fromEntries(found);
}

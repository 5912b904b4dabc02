/** The small programs that helpers run: Python without a package. */

import { PHP_READY_PATH } from "../../../config/php-site.ts";

/** Answers in the place of a program: its page of metrics at one path, visitors at all others. */
export const STAND_IN = `
import json, re, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
ports, path, told = [int(port) for port in sys.argv[1].split(",")], sys.argv[2], json.loads(sys.argv[3])
begun, lock, seen = time.time(), threading.Lock(), {}
answers = told["answers"]
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)
NAME = "http_request_duration_seconds"

def count(status, seconds):
    with lock:
        total, spent, buckets = seen.get(status, (0, 0.0, [0] * len(BOUNDS)))
        buckets = [n + (seconds <= bound) for n, bound in zip(buckets, BOUNDS)]
        seen[status] = (total + 1, spent + seconds, buckets)

def page():
    now, lines = time.time(), []
    for said in told["says"]:
        value = said.get("value", 0) + said.get("perSecond", 0) * (now - begun)
        if "secondsAgo" in said:
            value = now - said["secondsAgo"]
        stamp = f" {int((now - said['stale']) * 1000)}" if "stale" in said else ""
        times = said.get("times")
        for n in range(times or 1):
            name = said["series"]
            if times is not None:
                name = f'{name[:-1]},n="{n}"}}' if name.endswith("}") else f'{name}{{n="{n}"}}'
            lines.append(f"{name} {value}{stamp}")
    if told["counts"]:
        with lock:
            for status, (total, spent, buckets) in seen.items():
                labels = f'method="GET",route="/drill",status="{status}"'
                for bound, n in zip(BOUNDS, buckets):
                    lines.append(f'{NAME}_bucket{{{labels},le="{bound}"}} {n}')
                lines.append(f'{NAME}_bucket{{{labels},le="+Inf"}} {total}')
                lines.append(f"{NAME}_sum{{{labels}}} {spent}")
                lines.append(f"{NAME}_count{{{labels}}} {total}")
    return "\\n".join(lines) + "\\n"

asked = 0

class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        global asked
        here = self.path.split("?")[0]
        # Who is answered before all was taken may see a broken connection.
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if here == path:
            return self.say(200, page())
        if here in ("/ready", "/health", "/healthz", "/live", "${PHP_READY_PATH}"):
            return self.say(200, "{}")
        with lock:
            asked += 1
            share = answers.get("share", 1)
            chosen = int(asked * share) > int((asked - 1) * share)
        started = time.time()
        if chosen:
            time.sleep(answers.get("seconds", 0))
        status = answers.get("status", 200) if chosen else 200
        count(status, time.time() - started)
        self.say(status, "{}")

    do_POST = do_PUT = do_GET

    def say(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass

if told["counts"]:
    count(200, 0.001)
servers = [ThreadingHTTPServer(("0.0.0.0", port), Page) for port in ports]
for server in servers[1:]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
servers[0].serve_forever()
`;

/** Holds connections, opens again what is refused, and says something on each every second. */
export const CONNECT = `
import json, random, socket, sys, time
told = json.loads(sys.argv[1])
held, since = [], time.time()
def opened():
    if told["socket"] is None:
        return socket.create_connection((told["host"], told["port"]), timeout=3)
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(3)
    one.connect(told["socket"])
    return one
if told["untaken"]:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(told["socket"])
    listener.listen(told["count"])
while True:
    while len(held) < told["count"]:
        try:
            held.append(opened())
            held[-1].sendall(told["greets"].encode())
        except OSError as problem:
            print(problem, flush=True)
            break
    for one in list(held):
        try:
            if told["says"]:
                one.sendall(told["says"].encode())
            one.setblocking(False)
            if one.recv(4096) == b"":
                raise ConnectionError("closed")
        except BlockingIOError:
            pass
        except OSError:
            one.close()
            held.remove(one)
    time.sleep(1 if told["holds"] is None else 0.2)
    if told["holds"] is not None and time.time() - since > told["holds"]:
        for one in held:
            one.close()
        held = []
        # Not in step with who has to find a free one meanwhile.
        time.sleep((1.5 + random.random()) * told["holds"])
        since = time.time()
`;

/** Sets the limit of file sizes of every process of its user that it sees: \`0\`, or \`max\`. */
export const LIMIT = `
import os, resource, sys
done = 0
for name in os.listdir("/proc"):
    if not name.isdigit() or int(name) == os.getpid():
        continue
    try:
        if os.stat(f"/proc/{name}").st_uid != os.getuid():
            continue
        soft, hard = resource.prlimit(int(name), resource.RLIMIT_FSIZE)
        resource.prlimit(int(name), resource.RLIMIT_FSIZE, (0 if sys.argv[1] == "0" else hard, hard))
        done += 1
    except (FileNotFoundError, ProcessLookupError):
        pass
if done == 0:
    sys.exit("found no process to limit")
`;

/** Posts nothing to a URL, once. That it is refused is an answer, too. */
export const POST = `
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="POST"), timeout=10).read()
except urllib.error.HTTPError as problem:
    print(problem)
`;

/** Asks a URL again and again. */
export const REQUEST = `
import itertools, sys, time, urllib.request
url, body, pause = sys.argv[1], sys.argv[2], 1 / float(sys.argv[3])
for n in itertools.count():
    data = body.replace("{n}", str(n)).encode() or None
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=5).read()
    except Exception as problem:
        print(problem, flush=True)
    time.sleep(pause)
`;

/** Prints files of /hot as JSON: text, or null for one that is not there. */
export const READ_FILES = `
import json, sys
def read(name):
    try:
        return open("/hot/" + name, encoding="utf8").read()
    except FileNotFoundError:
        return None
print(json.dumps([read(name) for name in sys.argv[1:]]))
`;

/** Writes files of /hot, each in one step and readable for all; what is null is removed. */
export const WRITE_FILES = `
import json, os, sys
for name, text in json.loads(sys.argv[1]).items():
    place = "/hot/" + name
    if text is None:
        if os.path.exists(place):
            os.remove(place)
        continue
    owner = os.stat(place if os.path.exists(place) else "/hot")
    with open(place + ".drill", "w", encoding="utf8") as file:
        file.write(text)
    os.chmod(place + ".drill", 0o644)
    os.chown(place + ".drill", owner.st_uid, owner.st_gid)
    os.replace(place + ".drill", place)
`;

/** Fills /full to its last byte when something is in it, and again whenever a byte comes free. */
export const FILL = `
import os, time
while not os.listdir("/full"):
    time.sleep(0.2)
time.sleep(2)
with open("/full/drill", "wb", buffering=0) as file:
    size = 1 << 20
    while True:
        try:
            file.write(b"x" * size)
        except OSError:
            if size > 1:
                size //= 2
                continue
            time.sleep(0.5)
            size = 4096
`;

/** What the gateway and Nginx ask in the benchmark `gateway`: `node upstream.mjs <port> <milliseconds of each answer>`. */

import { createServer } from "node:http";

const [port, delay] = process.argv.slice(2).map(Number);
const answers = {
  "/api/v1/auth/verify": JSON.stringify({ data: { userId: "ada", email: "ada@example.org", roles: [] } }),
  "/api/v1/surveys/links": JSON.stringify({ data: [] }),
};

const server = createServer((request, response) => {
  const answer = answers[request.url.split("?")[0]] ?? "{}";
  const headers = { "content-type": "application/json; charset=utf-8", "content-length": answer.length };
  const send = () => response.writeHead(200, headers).end(answer);
  request.resume().once("end", () => (delay > 0 ? setTimeout(send, delay) : send()));
});
server.keepAliveTimeout = 60_000;
server.listen(port, "127.0.0.1");

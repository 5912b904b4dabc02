import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { BLACKBOX_CHECK, renderBlackbox } from "../../config/blackbox.ts";

describe("renderBlackbox", () => {
  it("has a module for every way that a probe may ask", () => {
    expect(parse(renderBlackbox()[0]?.content ?? "")).toEqual({
      modules: {
        http_2xx: {
          prober: "http",
          timeout: "5s",
          http: { preferred_ip_protocol: "ip4", follow_redirects: true },
        },
        tcp_connect: { prober: "tcp", timeout: "5s", tcp: { preferred_ip_protocol: "ip4" } },
        tls_certificate: {
          prober: "tcp",
          timeout: "5s",
          tcp: { preferred_ip_protocol: "ip4", tls: true, tls_config: { insecure_skip_verify: true } },
        },
      },
    });
  });

  it("is checked by the program itself", () => {
    expect(BLACKBOX_CHECK).toEqual([
      "blackbox_exporter",
      "--config.file=/etc/blackbox_exporter/blackbox.yml",
      "--log.format=json",
      "--config.check",
    ]);
  });
});

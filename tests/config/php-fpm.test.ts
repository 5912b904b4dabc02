import { describe, expect, it } from "vitest";
import { fastcgiRequest } from "../../config/fastcgi.ts";
import {
  PHP_FPM_HEALTH,
  phpEnvironment,
  phpFpmProblems,
  renderPhpFpm,
  renderPhpFpmExporter,
  uploadRoom,
} from "../../config/php-fpm.ts";
import { wordpress } from "../../services/blog/wordpress.ts";
import { phpFpmSocket } from "../../services/php-sockets.ts";
import { nginxSays } from "./nginx-says.ts";

const bytesOf = (escapes: string) =>
  [...escapes.matchAll(/\\(\d{3})/g)].map(([, octal = ""]) => Number.parseInt(octal, 8));

describe("fastcgiRequest", () => {
  it("is a whole request: who begins, its variables, and that nothing more comes", () => {
    const bytes = bytesOf(fastcgiRequest("/ping"));
    const types: number[] = [];
    for (let at = 0; at < bytes.length; at += 8 + ((bytes[at + 4] ?? 0) << 8) + (bytes[at + 5] ?? 0)) {
      expect(bytes.slice(at, at + 4)).toEqual([1, bytes[at + 1], 0, 1]);
      types.push(bytes[at + 1] ?? 0);
    }
    expect(types).toEqual([1, 4, 4, 5]);
    expect(Buffer.from(bytes).toString("latin1")).toContain("\x0b\x05SCRIPT_NAME/ping");
  });

  it("is all that the healthcheck says", () => {
    expect(PHP_FPM_HEALTH[4]).toContain(fastcgiRequest("/ping"));
  });
});

describe("renderPhpFpm", () => {
  const text = (settings = {}) => renderPhpFpm(wordpress, settings)[0]?.content ?? "";

  it("has the numbers that are given, and more room for a form than for its file", () => {
    const conf = text({
      maxChildren: 12,
      uploadLimit: "64MiB",
      requestMemory: "256MiB",
      slowSeconds: 2,
      endSeconds: 30,
    });
    for (const line of [
      "pm.max_children = 12",
      "php_admin_value[upload_max_filesize] = 64M",
      "php_admin_value[post_max_size] = 65M",
      "php_admin_value[memory_limit] = 256M",
      "request_slowlog_timeout = 2s",
      "request_terminate_timeout = 30s",
    ]) {
      expect(conf.split("\n")).toContain(line);
    }
  });

  it("listens at sockets that are its container's own, and at no port", () => {
    const listens = text().match(/^(pm\.status_)?listen = .*$/gm);
    expect(listens).toEqual([
      `listen = /run/vigie-php/$${"{VIGIE_POOL}"}.sock`,
      `pm.status_listen = /run/vigie-php/$${"{VIGIE_POOL}"}.status.sock`,
    ]);
    expect(phpEnvironment("blog-php-1")).toMatchObject({ VIGIE_POOL: "blog-php-1" });
    expect(phpFpmSocket("blog-php-1")).toBe("/run/vigie-php/blog-php-1.sock");
    expect(phpFpmSocket("blog-php-1", "status")).toBe("/run/vigie-php/blog-php-1.status.sock");
  });

  it("never has more spare processes than processes", () => {
    expect(text({ maxChildren: 1 })).toContain("pm.max_spare_servers = 1\n");
  });

  it("logs each request as one object of JSON, without its address", () => {
    const format = /^access\.format = '(.*)'$/m.exec(text())?.[1] ?? "";
    const line = format
      .replace(/%\{[^}]*\}t/, "2026-11-21T20:00:00+0000")
      .replace(/%\{(seconds|bytes)\}[dM]/g, "1.5")
      .replace("%s", "200")
      .replace(/%\{?\w*\}?[emr]/g, "x");
    expect(JSON.parse(line)).toMatchObject({ status: 200, route: "x", duration_seconds: 1.5, script: "x" });
    expect(format).not.toMatch(/%\{?(REQUEST_URI|QUERY_STRING)|%q|%Q/);
  });

  it("fails where a setting makes no sense, all at once", () => {
    const wrong = { maxChildren: 0, uploadLimit: "much", slowSeconds: 1.5 };
    expect(phpFpmProblems(wrong, "256MiB").map(({ property }) => property)).toEqual([
      "settings.maxChildren",
      "settings.slowSeconds",
      "settings.uploadLimit",
    ]);
    expect(phpFpmProblems(wrong, "256MiB")).toMatchSnapshot();
    expect(phpFpmProblems({}, "256MiB")).toEqual([]);
  });

  it("fails where PHP-FPM would not start, or end what it began", () => {
    const wrong = { slowSeconds: 61, uploadLimit: "2GiB", requestMemory: "512MiB" };
    expect(phpFpmProblems(wrong, "256MiB").map(({ property, allowed }) => `${property}: ${allowed}`)).toEqual([
      "settings.slowSeconds: no more than settings.endSeconds, which is 60: a request that has ended is never slow",
      'settings.uploadLimit: at most "1GiB"',
      "settings.requestMemory: at most the memory of a container, 256MiB",
    ]);
    expect([...phpFpmProblems(wrong, "256MiB"), ...phpFpmProblems({}, "lots")]).toMatchSnapshot();
    expect(phpFpmProblems({}, "lots").map(({ property }) => property)).toEqual(["memory"]);
  });
});

describe("uploadRoom", () => {
  const least = { memory: 256, temporary: 128 };

  it("is what is there anyway, where two uploads fit into it", () => {
    expect(uploadRoom("63MiB", least)).toEqual(least);
  });

  it("is more, where they do not, and leaves the rest to the program", () => {
    expect(uploadRoom("200MiB", least)).toEqual({ memory: 530, temporary: 402 });
  });
});

describe("renderPhpFpmExporter", () => {
  it("gives what nginx accepts, and a page without the pool", () => {
    const [file] = renderPhpFpmExporter("blog-php-1");
    expect(nginxSays(file?.content ?? "")).toContain("test is successful");
    expect(file?.content).toContain("fastcgi_pass unix:/run/vigie-php/blog-php-1.status.sock;");
    expect(file?.content).toContain("phpfpm_up 0\\n# EOF\\n");
  });
});

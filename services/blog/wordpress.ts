import type { PhpApplication } from "../php.ts";

/** WordPress, as the official image has it. Its code is never written to; uploads are, and no PHP in them runs. */
export const wordpress: PhpApplication = {
  image: "wordpress",
  source: "/usr/src/wordpress",
  root: "/var/www/html",
  copies: { "wp-config.php": "wp-config-docker.php" },
  writable: "wp-content/uploads",
  front: "index.php",
  routes: {
    ready: "^/vigie-ready$",
    login: "^/wp-login\\.php",
    cron: "^/wp-cron\\.php",
    api: "^/wp-json/",
    ajax: "^/wp-admin/admin-ajax\\.php",
    admin: "^/wp-admin",
    upload: "^/wp-content/uploads/",
    asset: "\\.(css|js|mjs|map|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf)$",
    feed: "/feed/?$",
  },
  closed: [
    "^/wp-content/uploads/.*\\.(php|phar|phtml)",
    // Sign-ins by the thousand in one request.
    "^/xmlrpc\\.php",
    "^/wp-config",
    "^/wp-admin/(install|setup-config|upgrade)\\.php",
    "^/(readme\\.html|license\\.txt)$",
    "/\\.",
  ],
  inner: ["wp-cron.php"],
  signIn: "wp-login.php",
};

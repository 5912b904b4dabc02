import { type ConfigFile, textFile } from "./config-file.ts";
import { NGINX_PORTS } from "./nginx.ts";
import { PHP_DIRECTORY } from "./php-fpm.ts";

/** Title of a site. */
export const TITLE = /^[^\n\r]{1,100}$/;
/** What is allowed as one. */
export const TITLE_ALLOWED = "a line of 1 to 100 characters";

/** What is set of a WordPress site. */
export interface WordPressSite {
  /** Title of a new site; later it is the administrator's to change. */
  readonly title: string;
  /** Name of the administrator. */
  readonly admin: string;
  /** The administrator's mail address. */
  readonly mail: string;
  /** URL that people reach it at, without a slash at its end. */
  readonly url: string;
  /** Host name by which it reaches its own web server. */
  readonly internal: string;
}

/** The keys and salts that sign its cookies, by WordPress's names. */
export const WORDPRESS_KEYS = ["AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY"].flatMap((key) => [
  key,
  key.replace(/KEY$/, "SALT"),
]);

/** Name of the secret file with the administrator's password. */
export const WORDPRESS_ADMIN_PASSWORD = "admin-password";

/** The command that installs WordPress where it is not, inside a container of it. */
export const WORDPRESS_INSTALL = ["php", `${PHP_DIRECTORY}/wordpress/install.php`] as const;

/** Name of the secret file of a key. */
export function wordpressKeyFile(key: string): string {
  return key.toLowerCase().replaceAll("_", "-");
}

/**
 * WordPress's environment, by the names that its official image has.
 *
 * @param database the environment of a connection to its database
 */
export function wordpressEnvironment(database: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const keys = WORDPRESS_KEYS.map((key) => [`WORDPRESS_${key}_FILE`, `/run/secrets/${wordpressKeyFile(key)}`] as const);
  return {
    WORDPRESS_DB_HOST: `${database.DATABASE_HOST}:${database.DATABASE_PORT}`,
    WORDPRESS_DB_NAME: database.DATABASE_NAME ?? "",
    WORDPRESS_DB_USER: database.DATABASE_USER ?? "",
    WORDPRESS_DB_PASSWORD_FILE: database.DATABASE_PASSWORD_FILE ?? "",
    WORDPRESS_DB_CHARSET: "utf8mb4",
    WORDPRESS_CONFIG_EXTRA: `require '${PHP_DIRECTORY}/wordpress/settings.php';`,
    ...Object.fromEntries(keys),
  };
}

/**
 * Renders what WordPress is told beyond its environment: its settings, a plugin that nobody can switch off, and the
 * program that installs it.
 */
export function renderWordPress(site: WordPressSite): readonly ConfigFile[] {
  return [
    textFile("wordpress/settings.php", settingsFile(site)),
    textFile("wordpress/plugins/vigie.php", pluginFile(site)),
    textFile("wordpress/install.php", installFile(site)),
  ];
}

/** A text of PHP. */
function php(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

const settingsFile = ({ url }: WordPressSite): string => `<?php
// The edge lets no other host name through, so links follow the way by which people came: port and TLS.
$vigie_url = isset($_SERVER['HTTP_HOST'])
    ? (empty($_SERVER['HTTPS']) ? 'http://' : 'https://') . $_SERVER['HTTP_HOST']
    : ${php(url)};
define('WP_HOME', $vigie_url);
define('WP_SITEURL', $vigie_url);
// Code comes with a release, and with nothing else.
define('DISALLOW_FILE_MODS', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WPMU_PLUGIN_DIR', '${PHP_DIRECTORY}/wordpress/plugins');
// It is in no network with a way out: what it asks elsewhere would only wait.
define('WP_HTTP_BLOCK_EXTERNAL', true);
// What a plugin says of itself belongs into the log.
define('WP_DEBUG_DISPLAY', false);
`;

/** It asks itself by another name than visitors have, and asks nobody else. */
function reachesItself({ url, internal }: WordPressSite): string {
  return `// It knows itself by the name that visitors use, and reaches itself by another one.
add_filter('cron_request', function ($request) {
    $path = parse_url($request['url'], PHP_URL_PATH) . '?' . parse_url($request['url'], PHP_URL_QUERY);
    $request['url'] = ${php(`http://${internal}:${NGINX_PORTS.site}`)} . $path;
    $request['args']['headers'] = ['Host' => ${php(new URL(url).host)}];
    return $request;
});
add_filter('block_local_requests', '__return_false');
add_filter('pre_http_request', function ($answer, $arguments, $asked) {
    // Only itself: all else has no way there.
    return parse_url($asked, PHP_URL_HOST) === ${php(internal)} ? $answer : new WP_Error('http_request_not_executed', 'No way out.');
}, 10, 3);`;
}

/** Nobody who has not signed in learns who may. */
const TELLS_NO_NAMES = `// Who may sign in is told to nobody who has not: no list of names, no page of one, one answer to every wrong try.
add_filter('rest_endpoints', function ($endpoints) {
    foreach (array_keys($endpoints) as $route) {
        if (!is_user_logged_in() && strpos($route, '/wp/v2/users') === 0) {
            unset($endpoints[$route]);
        }
    }
    return $endpoints;
});
add_filter('wp_sitemaps_add_provider', function ($provider, $name) {
    return $name === 'users' ? false : $provider;
}, 10, 2);
add_action('template_redirect', function () {
    if (isset($_GET['author']) || is_author()) {
        $GLOBALS['wp_query']->set_404();
        status_header(404);
        nocache_headers();
        remove_action('template_redirect', 'redirect_canonical');
    }
}, 1);
add_filter('authenticate', function ($user) {
    $told = is_wp_error($user) ? $user->get_error_code() : '';
    return in_array($told, ['invalid_username', 'invalid_email', 'incorrect_password'], true)
        ? new WP_Error('incorrect_password', 'The name or the password is wrong.')
        : $user;
}, 100);
// No mail leaves, so a lost password is no way in: it would only tell who is known. A deployment sets the administrator's.
foreach (['lostpassword', 'retrievepassword'] as $asked) {
    add_action('login_form_' . $asked, function () {
        wp_safe_redirect(wp_login_url());
        exit;
    });
}`;

/** It looks for no newer code: there is no way to it. */
const LOOKS_FOR_NOTHING = `// Checks of a network that is not there.
remove_action('admin_init', '_maybe_update_core');
remove_action('admin_init', '_maybe_update_plugins');
remove_action('admin_init', '_maybe_update_themes');
foreach (['core', 'plugins', 'themes'] as $what) {
    add_filter('pre_site_transient_update_' . $what, function () {
        return (object) ['last_checked' => time(), 'version_checked' => $GLOBALS['wp_version'], 'updates' => [], 'response' => []];
    });
}`;

const pluginFile = (site: WordPressSite): string => `<?php
/*
 * Plugin Name: Vigie
 * Description: What this site is told by the deployment.
 */
${reachesItself(site)}
${TELLS_NO_NAMES}
// Whoever knows the version knows its faults.
remove_action('wp_head', 'wp_generator');
add_filter('the_generator', '__return_empty_string');
${LOOKS_FOR_NOTHING}
`;

/** Half a minute for a database that is about to start. */
const WAITS_FOR_DATABASE = `mysqli_report(MYSQLI_REPORT_OFF);
[$host, $port] = explode(':', getenv('WORDPRESS_DB_HOST'));
$password = trim(file_get_contents(getenv('WORDPRESS_DB_PASSWORD_FILE')));
for ($second = 0; ; $second++) {
    $database = @mysqli_connect($host, getenv('WORDPRESS_DB_USER'), $password, getenv('WORDPRESS_DB_NAME'), (int) $port);
    if ($database) {
        break;
    }
    if ($second === 30) {
        fail("the database " . getenv('WORDPRESS_DB_NAME') . " at $host:$port says: " . mysqli_connect_error());
    }
    sleep(1);
}
mysqli_close($database);`;

/** Its tables: made where there are none, else brought to the release that runs. */
const madeOnce = ({ title, admin, mail, url }: WordPressSite): string => `if (!is_blog_installed()) {
    $made = wp_install(${php(title)}, ${php(admin)}, ${php(mail)}, true, '', $password);
    if (is_wp_error($made['user_id'])) {
        fail($made['user_id']->get_error_message());
    }
    update_option('siteurl', ${php(url)});
    update_option('home', ${php(url)});
    // Pictures of people would be asked from elsewhere, with a hash of their address.
    update_option('show_avatars', 0);
    echo "installed\\n";
} else {
    wp_upgrade();
}`;

/** The administrator, with the password that the stack gives. */
const administrator = ({ admin, mail }: WordPressSite): string => `$user = get_user_by('login', ${php(admin)});
if ($user === false) {
    $id = wp_insert_user(['user_login' => ${php(admin)}, 'user_email' => ${php(mail)}, 'user_pass' => $password, 'role' => 'administrator']);
    if (is_wp_error($id)) {
        fail($id->get_error_message());
    }
} elseif (!wp_check_password($password, $user->user_pass, $user->ID)) {
    wp_set_password($password, $user->ID);
}`;

const installFile = (site: WordPressSite): string => `<?php
// Installs WordPress where it is not, brings its tables to the release that runs, and sees to the administrator.
// It may run again at any time.
if (PHP_SAPI !== 'cli') {
    exit(1);
}
function fail($why)
{
    fwrite(STDERR, "WordPress was not installed: $why\\n");
    exit(1);
}
${WAITS_FOR_DATABASE}

define('WP_INSTALLING', true);
// Nobody is to be mailed: there is no way out, and the password is an output of the stack.
function wp_new_blog_notification()
{
}
require '/var/www/html/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
// Else it asks itself over HTTP whether its links work.
add_filter('pre_option_permalink_structure', 'vigie_permalinks');
function vigie_permalinks()
{
    return '/%postname%/';
}

$password = trim(file_get_contents('/run/secrets/${WORDPRESS_ADMIN_PASSWORD}'));
${madeOnce(site)}
remove_filter('pre_option_permalink_structure', 'vigie_permalinks');
if (get_option('permalink_structure') === '') {
    $GLOBALS['wp_rewrite']->set_permalink_structure('/%postname%/');
}
flush_rewrite_rules(false);
${administrator(site)}
`;

import { type ConfigFile, textFile } from "./config-file.ts";

/** Where phpMyAdmin reads its configuration, in its container. */
export const PHPMYADMIN_DIRECTORY = "/etc/phpmyadmin";

/** Name of the secret file with the key that its cookies are encrypted with. */
export const PHPMYADMIN_KEY = "cookie-key";

/**
 * Renders the configuration of phpMyAdmin: one server, a user and a password of the database, and nothing that is kept.
 *
 * It asks for them each time: no account is in the configuration, and one without a password is refused.
 *
 * @param server host name and port of the database
 */
export function renderPhpMyAdmin(server: { readonly host: string; readonly port: string }): readonly ConfigFile[] {
  return [
    textFile(
      "config.inc.php",
      `<?php
$cfg['blowfish_secret'] = trim(file_get_contents('/run/secrets/${PHPMYADMIN_KEY}'));
$cfg['Servers'][1] = [
    'auth_type' => 'cookie',
    'host' => '${server.host}',
    'port' => '${server.port}',
    'AllowNoPassword' => false,
    'AllowRoot' => false,
];
$cfg['AllowArbitraryServer'] = false;
$cfg['TempDir'] = '/tmp';
$cfg['UploadDir'] = '';
$cfg['SaveDir'] = '';
$cfg['VersionCheck'] = false;
$cfg['SendErrorReports'] = 'never';
$cfg['PmaNoRelation_DisableWarning'] = true;
$cfg['LoginCookieValidity'] = 1440;
`,
    ),
  ];
}

/**
 * SHA-256 of the archives that Pulumi's CLI and plugins are downloaded as, by file name. `npm run pin` writes this file. An
 * archive of the CLI that is not in it is compared with the sums that its maker publishes; one of a plugin with nothing,
 * since its maker publishes none that serves.
 */
export const downloadPins: Readonly<Record<string, string>> = {};

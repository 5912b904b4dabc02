/**
 * Digests of the official images, by reference: of the index that has every platform of an image, never of one platform.
 * `npm run pin` writes this file. A reference that is not in it is pulled by its tag, which its maker can move.
 */
export const imagePins: Readonly<Record<string, string>> = {};

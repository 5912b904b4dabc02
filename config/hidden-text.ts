/**
 * Something that is hidden wherever it stands: in a value, in a span's name, in a line. Its patterns have no groups of
 * their own, and of `before` and `after` it has one at most.
 */
export interface HiddenText {
  /** What it is, in plain words. */
  readonly what: string;
  /** How what is hidden looks. */
  readonly hidden: string;
  /** What stands before it, and is shown: a secret's name, so that JSON stays JSON. @default - nothing */
  readonly before?: string;
  /** What stands behind it, and is shown. @default - nothing */
  readonly after?: string;
  /** Whether capitals and small letters are the same. @default false */
  readonly anyCase?: boolean;
  /** What stands in its place, where that is more: what is no text in JSON must be one afterwards. @default HIDDEN */
  readonly as?: string;
  /**
   * A text that has none of one of these lists has nothing of it: to look for them costs next to nothing. The rarest
   * stand first.
   *
   * @default - it is looked for everywhere
   */
  readonly with?: readonly (readonly string[])[];
}

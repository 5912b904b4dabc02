/** A person's answers as a file. */
export interface AnswersFile {
  /** As they came: what REDCap writes is not written anew. */
  readonly text: string;
  /** What it is: `text/csv; charset=utf-8`. */
  readonly type: string;
  /** The header that has browsers keep it: the name has the day. */
  readonly disposition: string;
}

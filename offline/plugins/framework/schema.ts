/** How a resource's properties are described to the framework, once for Check, Diff and preview. */
import type { Value, Values } from "./values.ts";

/** What every property description may say. */
export interface Common {
  /** Must be given. @default false */
  readonly required?: boolean;
  /** The plugin fills it in where it is not given, and then no difference is seen. @default false */
  readonly computed?: boolean;
  /** A change replaces the resource. @default false */
  readonly replace?: boolean;
  /** Written into the inputs where nothing is given, as the real plugin's Check does. */
  readonly default?: Value;
  /** What Docker takes where nothing is given; never written into the inputs. */
  readonly implied?: Value;
  /** An empty string means "as it is". @default false */
  readonly emptyIsNoChange?: boolean;
  /** Says what is wrong with a given value, in the user's words. */
  readonly check?: (value: Value) => string | undefined;
}

/** A property that holds one value. */
export interface ScalarSchema extends Common {
  /** The type of the value. */
  readonly kind: "string" | "int" | "bool" | "any";
}

/** A property that holds a list, in which order counts, or a set, in which it doesn't. */
export interface ListSchema extends Common {
  /** `list` or `set`. */
  readonly kind: "list" | "set";
  /** What each element is. */
  readonly of: Schema;
}

/** A property that holds values by free keys. */
export interface MapSchema extends Common {
  /** Always `map`. */
  readonly kind: "map";
  /** What each value is. */
  readonly of: Schema;
}

/** A property that holds named fields. */
export interface ObjectSchema extends Common {
  /** Always `object`. */
  readonly kind: "object";
  /** The fields by name. */
  readonly fields: Fields;
}

/** The description of one property. */
export type Schema = ScalarSchema | ListSchema | MapSchema | ObjectSchema;

/** Descriptions by property name. */
export type Fields = Readonly<Record<string, Schema>>;

/** Where an array `__defaults` lists what Check filled in. */
export const DEFAULTS_KEY = "__defaults";

/** One thing that is wrong with an input. */
export interface CheckFailure {
  /** The path of the property, as `ports[0].internal`. */
  readonly property: string;
  /** What is wrong and how to mend it. */
  readonly reason: string;
}

/** What Check found. */
export interface Checked {
  /** The inputs with defaults filled in. */
  readonly inputs: Values;
  /** Everything that is wrong. */
  readonly failures: readonly CheckFailure[];
}

/** What can be changed in a source file so that it means something else: one change is one mutant. */

import ts from "typescript";

/** One change of one file. */
export interface Mutant {
  /** The file, from the repository's root. */
  readonly file: string;
  /** The line of what is changed, from 1. */
  readonly line: number;
  /** The column in that line, from 1. */
  readonly column: number;
  /** Kind of the change. */
  readonly operator: Operator;
  /** Where it begins in the text, in characters from 0. */
  readonly start: number;
  /** Where it ends: the first character behind it, from 0. */
  readonly end: number;
  /** What stands there. */
  readonly original: string;
  /** What is put there; may be nothing. */
  readonly replacement: string;
}

/** Kinds of changes. */
export type Operator =
  | "comparison"
  | "arithmetic"
  | "boolean"
  | "string"
  | "number"
  | "condition"
  | "statement"
  | "element"
  | "property"
  | "call";

const BINARY: Readonly<Record<string, readonly [Operator, string]>> = {
  "<": ["comparison", "<="],
  "<=": ["comparison", "<"],
  ">": ["comparison", ">="],
  ">=": ["comparison", ">"],
  "===": ["comparison", "!=="],
  "!==": ["comparison", "==="],
  "+": ["arithmetic", "-"],
  "-": ["arithmetic", "+"],
  "*": ["arithmetic", "/"],
  "/": ["arithmetic", "*"],
  "%": ["arithmetic", "*"],
  "&&": ["boolean", "||"],
  "||": ["boolean", "&&"],
  "??": ["boolean", "&&"],
};

/** Calls without which a value passes as it is, and calls that say the contrary. */
const DROPPED: readonly string[] = ["filter", "sort", "toSorted", "reverse", "slice", "trim", "flat", "toLowerCase"];
const SWAPPED: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  startsWith: "endsWith",
  max: "min",
  min: "max",
};

/** All mutants of a file, in the order of their places. What only the compiler reads, and imports, have none. */
export function mutantsOf(file: string, text: string): readonly Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (operator: Operator, start: number, end: number, replacement: string): void => {
    const original = text.slice(start, end);
    if (original === replacement) return;
    const { line, character } = source.getLineAndCharacterOfPosition(start);
    found.push({ file, line: line + 1, column: character + 1, operator, start, end, original, replacement });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    mutate(node, source, add);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

type Add = (operator: Operator, start: number, end: number, replacement: string) => void;

function mutate(node: ts.Node, source: ts.SourceFile, add: Add): void {
  const [start, end] = [node.getStart(source), node.getEnd()];
  if (ts.isBinaryExpression(node)) mutateBinary(node, source, add);
  else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    add("boolean", start, node.operand.getStart(source), "");
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) add("boolean", start, end, "false");
  else if (node.kind === ts.SyntaxKind.FalseKeyword) add("boolean", start, end, "true");
  else if (ts.isNumericLiteral(node)) {
    if (isValue(node)) add("number", start, end, node.text === "0" ? "1" : `(${node.getText(source)} + 1)`);
  } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    if (isValue(node)) add("string", start, end, node.text === "" ? '"mutant"' : '""');
  } else if (ts.isTemplateExpression(node)) add("string", start, end, "``");
  else if (ts.isIfStatement(node)) mutateCondition(node.expression, source, add);
  else if (ts.isConditionalExpression(node)) mutateCondition(node.condition, source, add);
  else if (ts.isExpressionStatement(node) || ts.isThrowStatement(node)) add("statement", start, end, ";");
  else if (ts.isArrayLiteralExpression(node)) dropOne(node.elements, "element", source, add);
  else if (ts.isObjectLiteralExpression(node)) dropOne(node.properties, "property", source, add);
  else if (ts.isCallExpression(node)) mutateCall(node, source, add);
}

/** Whether a literal is a value, and neither a name of a property nor a part of a pattern of types. */
function isValue(node: ts.LiteralExpression): boolean {
  const { parent } = node;
  return !(ts.isPropertyAssignment(parent) && parent.name === node) && !ts.isModuleDeclaration(parent);
}

function mutateBinary({ operatorToken, left, right }: ts.BinaryExpression, source: ts.SourceFile, add: Add): void {
  const change = BINARY[operatorToken.getText(source)];
  if (change === undefined) return;
  const isText = (side: ts.Node) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side);
  if (change[0] === "arithmetic" && (isText(left) || isText(right))) return;
  add(change[0], operatorToken.getStart(source), operatorToken.getEnd(), change[1]);
}

function mutateCondition(condition: ts.Expression, source: ts.SourceFile, add: Add): void {
  for (const value of ["true", "false"]) add("condition", condition.getStart(source), condition.getEnd(), value);
}

/** Each by itself is left out, with the comma behind it. */
function dropOne(nodes: ts.NodeArray<ts.Node>, operator: Operator, source: ts.SourceFile, add: Add): void {
  for (const [index, node] of nodes.entries()) {
    const next = nodes[index + 1];
    const previous = nodes[index - 1];
    if (next !== undefined) add(operator, node.getStart(source), next.getStart(source), "");
    else add(operator, previous?.getEnd() ?? node.getStart(source), node.getEnd(), "");
  }
}

function mutateCall({ expression }: ts.CallExpression, source: ts.SourceFile, add: Add): void {
  if (!ts.isPropertyAccessExpression(expression)) return;
  const { name } = expression;
  const swapped = SWAPPED[name.text];
  if (swapped !== undefined) add("call", name.getStart(source), name.getEnd(), swapped);
  if (DROPPED.includes(name.text)) {
    const call = expression.parent;
    add("call", expression.expression.getEnd(), call.getEnd(), "");
  }
}

/** The text of a file with a mutant in it. */
export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** `count` of a list, chosen by a seed, in their order; all of them where there are no more. */
export function sampleOf<T>(all: readonly T[], count: number, seed: number): readonly T[] {
  const indices = all.map((_, index) => index);
  // A linear congruential generator, with the numbers of Numerical Recipes: the same sample for the same seed.
  let state = seed >>> 0;
  for (let index = indices.length - 1; index > 0; index--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (index + 1));
    [indices[index], indices[other]] = [indices[other] ?? 0, indices[index] ?? 0];
  }
  const chosen = new Set(indices.slice(0, count));
  return all.filter((_, index) => chosen.has(index));
}

/** What is exported and says not what it is: read by the compiler's own parser, without types. */

import path from "node:path";
import ts from "typescript";

/** A file of the sources. */
export interface Source {
  /** Its path, for the answer. */
  readonly file: string;
  /** What is in it. */
  readonly text: string;
}

/** An exported symbol, or a field of one, without a sentence of its own. */
export interface Undocumented {
  /** Path of the file. */
  readonly file: string;
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** Its name; a field's is behind that of its type. */
  readonly name: string;
}

/** Documented members by the place of the type that declares them, and the places of those that it inherits from. */
type Inheritance = ReadonlyMap<string, { readonly members: ReadonlySet<string>; readonly parents: readonly string[] }>;

/** Where a file declares a name: two files may have one of the same name. */
const placeOf = (file: string, name: string): string => `${file}#${name}`;

/**
 * Exported symbols without a doc comment, and fields without one of exported interfaces, classes and object types. Nothing
 * is asked of constructors and private members, of a field that can have one value only (`kind`), and of a member that a
 * documented one of the same name is inherited by.
 *
 * @param sources all files of the house: what a type inherits from may be in any of them
 */
export function undocumented(sources: readonly Source[]): readonly Undocumented[] {
  const files = sources.map(({ file, text }) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  const types = inheritance(files);
  return files.flatMap((file) => file.statements.filter(isExported).flatMap((one) => missingOf(file, one, types)));
}

function missingOf(source: ts.SourceFile, statement: ts.Statement, types: Inheritance): readonly Undocumented[] {
  const said = (node: ts.Node, name: string): Undocumented[] => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    return hasDoc(node) ? [] : [{ file: source.fileName, line, name }];
  };
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => said(statement, name.getText()));
  }
  if (!isNamed(statement)) return [];
  const type = nameOf(statement);
  // The second of two overloads is told of by the first.
  const first = source.statements.find((one) => isNamed(one) && nameOf(one) === type) ?? statement;
  const inherits = (member: string) => parentsOf(statement, source).some((parent) => documents(parent, member, types));
  return [
    ...said(first, type),
    ...membersOf(statement)
      .filter((member) => !inherits(nameOf(member)))
      .flatMap((member) => said(member, `${type}.${nameOf(member)}`)),
  ];
}

/** Whether a type, or one that it inherits from, documents a member. */
function documents(place: string, member: string, types: Inheritance): boolean {
  const found = types.get(place);
  if (found === undefined) return false;
  return found.members.has(member) || found.parents.some((parent) => documents(parent, member, types));
}

function inheritance(files: readonly ts.SourceFile[]): Inheritance {
  return new Map(
    files.flatMap((file) =>
      file.statements.filter(isNamed).map((node) => {
        const members = new Set(membersOf(node).filter(hasDoc).map(nameOf));
        return [placeOf(file.fileName, nameOf(node)), { members, parents: parentsOf(node, file) }] as const;
      }),
    ),
  );
}

/** Places of the types that one extends or implements, whatever is picked or left out of them. */
function parentsOf(node: Named, source: ts.SourceFile): readonly string[] {
  if (ts.isFunctionDeclaration(node) || ts.isTypeAliasDeclaration(node)) return [];
  const imported = importsOf(source);
  return (node.heritageClauses ?? [])
    .flatMap(({ types }) => [...types])
    .flatMap(({ expression, typeArguments = [] }) => [expression, ...typeArguments])
    .map((one) => one.getText().replace(/<.*$/s, ""))
    .map((name) => imported.get(name) ?? placeOf(source.fileName, name));
}

/** Where what a file imports by name from another file of the house is declared, by the name that it has here. */
function importsOf(source: ts.SourceFile): ReadonlyMap<string, string> {
  return new Map(
    source.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) => {
      const names = importClause?.namedBindings;
      if (names === undefined || !ts.isNamedImports(names) || !ts.isStringLiteral(moduleSpecifier)) return [];
      const file = path.posix.join(path.posix.dirname(source.fileName), moduleSpecifier.text);
      return names.elements.map(
        ({ name, propertyName = name }) => [name.text, placeOf(file, propertyName.text)] as const,
      );
    }),
  );
}

const nameOf = (node: { readonly name?: ts.Node | undefined }): string => node.name?.getText() ?? "";

type Named = ts.FunctionDeclaration | ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

const isNamed = (node: ts.Node): node is Named =>
  ts.isFunctionDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node);

const hasDoc = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).length > 0;

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** Members that say something of their own. */
function membersOf(node: Named): readonly (ts.ClassElement | ts.TypeElement)[] {
  if (ts.isFunctionDeclaration(node)) return [];
  const members = ts.isTypeAliasDeclaration(node)
    ? ts.isTypeLiteralNode(node.type)
      ? node.type.members
      : []
    : node.members;
  return [...members].filter((member) => !isSilent(member));
}

function isSilent(member: ts.ClassElement | ts.TypeElement): boolean {
  const { name } = member;
  if (name === undefined || ts.isPrivateIdentifier(name)) return true;
  const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : [];
  if (modifiers.some(({ kind }) => SILENT_MODIFIERS.has(kind))) return true;
  return ts.isPropertySignature(member) && member.type !== undefined && ts.isLiteralTypeNode(member.type);
}

const SILENT_MODIFIERS = new Set([
  ts.SyntaxKind.PrivateKeyword,
  ts.SyntaxKind.ProtectedKeyword,
  ts.SyntaxKind.OverrideKeyword,
]);

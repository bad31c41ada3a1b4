import type { Document } from 'yaml';
import { isAlias, isCollection, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Path } from './path.js';
import { formatPath, parsePath } from './path.js';
import type { Override } from './source.js';
import { SET_ARGUMENTS } from './source.js';
import { didYouMean } from './suggest.js';
import type { Problem } from './types.js';

/** Maps whose keys are the user's own names: `--set` may change what is there, not invent another entry by a slip. */
const NAMED = ['services', 'pools', 'data'];

export interface Applied {
  readonly overrides: readonly Override[];
  readonly problems: readonly Problem[];
}

/**
 * Applies `path=value` arguments to a document in place (comments stay). Values are YAML: `4`, `800 ms`, `{ min: 1, max: 4 }`;
 * `null` removes the key. Problems are located in the argument: file `--set`, line = number of the argument.
 */
export const applySets = (document: Document, sets: readonly string[]): Applied => {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  for (const [index, argument] of sets.entries()) {
    const outcome = applySet(document, argument);
    if (outcome.ok) overrides.push({ path: outcome.path, argument, valueColumn: argument.indexOf('=') + 2 });
    else {
      // An override without effect keeps line numbers in step with the arguments.
      overrides.push({ path: ['', argument], argument, valueColumn: 1 });
      problems.push({
        code: 'E1601',
        message: outcome.message,
        file: SET_ARGUMENTS,
        line: index + 1,
        column: outcome.column ?? 1,
        path: '',
        ...(outcome.hint !== undefined && { hint: outcome.hint }),
        severity: 'error',
      });
    }
  }
  return { overrides, problems };
};

type Outcome =
  | { readonly ok: true; readonly path: Path }
  | { readonly ok: false; readonly message: string; readonly hint?: string; readonly column?: number };

const applySet = (document: Document, argument: string): Outcome => {
  const equals = argument.indexOf('=');
  if (equals <= 0)
    return { ok: false, message: `"${argument}" is not path=value`, hint: 'for example pools.us-gpu.replicas=4' };
  const path = parsePath(argument.slice(0, equals));
  if (path === undefined)
    return {
      ok: false,
      message: `"${argument.slice(0, equals)}" is not a path`,
      hint: 'for example services.chat.traffic.rate or rules[0].max',
    };
  const value = readValue(argument.slice(equals + 1));
  if (!value.ok)
    return { ok: false, message: value.message, column: equals + 2, hint: 'quote values with special characters' };
  return place(document, path, value.value);
};

/** Plain data of a value as typed after `=`. */
const readValue = (
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } => {
  try {
    const parsed = parseDocument(text, { prettyErrors: false, stringKeys: true });
    const [error] = [...parsed.errors, ...parsed.warnings];
    if (error !== undefined) return { ok: false, message: `not a YAML value: ${error.message.split('\n')[0]}` };
    return { ok: true, value: parsed.toJS({ maxAliasCount: 10 }) as unknown };
  } catch (error) {
    return { ok: false, message: `not a YAML value: ${(error as Error).message}` };
  }
};

/** Puts a value (or, for null, nothing) at a path, after checking that the way there exists. */
export const place = (document: Document, path: Path, value: unknown): Outcome => {
  let node: unknown = document.contents;
  for (const [depth, part] of path.entries()) {
    if (isAlias(node))
      return {
        ok: false,
        message: `${formatPath(path.slice(0, depth))} is a YAML alias`,
        hint: 'edit the anchor, or write the value out',
      };
    if (isSeq(node)) {
      const index = typeof part === 'number' ? part : Number(part);
      if (!Number.isInteger(index) || index < 0 || index >= node.items.length) {
        return {
          ok: false,
          message: `${formatPath(path.slice(0, depth))} has no entry ${String(part)}`,
          hint: `it has ${node.items.length} entries, counted from 0`,
        };
      }
      node = node.items[index];
      continue;
    }
    if (isMap(node)) {
      const keys = node.items.map(({ key }) => (isScalar(key) ? String(key.value) : String(key)));
      if (keys.includes(String(part))) {
        const shorthand = expand(node.get(part, true), path.slice(0, depth + 1), path.slice(depth + 1));
        if (shorthand !== undefined) document.setIn(path.slice(0, depth + 1), document.createNode(shorthand));
        node = node.get(part, true);
        continue;
      }
      const isName = depth === 1 && NAMED.includes(String(path[0]));
      const isFirst = depth === 0 && path.length > 1 && NAMED.includes(String(part));
      if (isName || isFirst || value === null) {
        const where = depth === 0 ? 'the scenario' : formatPath(path.slice(0, depth));
        return {
          ok: false,
          message: `${where} has no "${String(part)}"`,
          hint: didYouMean(String(part), keys, 'it has'),
        };
      }
      break;
    }
    if (depth > 0 && isScalar(node) && node.value !== null) {
      const at = formatPath(path.slice(0, depth));
      return {
        ok: false,
        message: `${at} is ${JSON.stringify(node.value)}, not a map`,
        hint: `set the whole value: ${at}={ ${path.slice(depth).join('.')}: … }`,
      };
    }
    break;
  }
  if (value === null) document.deleteIn(path);
  else if (isCollection(document.contents) || document.contents === null)
    document.setIn(path, isContainer(value) ? document.createNode(value) : value);
  return { ok: true, path };
};

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Short forms that a longer path may open: `growth.users: 9 % / month` has a rate, `replicas: 3` has min and max. */
const expand = (node: unknown, path: Path, rest: Path): Readonly<Record<string, unknown>> | undefined => {
  if (rest.length !== 1 || !isScalar(node)) return undefined;
  if (path.length === 2 && path[0] === 'growth' && rest[0] === 'rate') return { rate: node.value };
  if (path.length === 3 && path[0] === 'pools' && path[2] === 'replicas' && typeof node.value === 'number')
    return { min: node.value, max: node.value };
  return undefined;
};

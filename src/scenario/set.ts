import type { Document } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Path } from './path.js';
import { formatPath, parsePath } from './path.js';
import type { Override } from './source.js';
import { SET_ARGUMENTS } from './source.js';
import { didYouMean } from './suggest.js';
import type { Problem } from './types.js';

/** Maps whose keys are the user's own names: a change may touch what is there, not invent another entry by a slip. */
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
  const outcomes = sets.map((argument) => ({ argument, outcome: applySet(document, argument) }));
  return {
    overrides: outcomes.map(({ argument, outcome }) => ({
      path: outcome.ok ? outcome.path : undefined,
      argument,
      valueColumn: argument.indexOf('=') + 2,
    })),
    problems: outcomes.flatMap(({ outcome }, index) => (outcome.ok ? [] : [outcome.problem(index + 1)])),
  };
};

export type Outcome =
  | { readonly ok: true; readonly path: Path }
  | {
      readonly ok: false;
      /** The problem, given the number of the argument. */
      readonly problem: (argument: number) => Problem;
    };

const failed = (message: string, hint: string, column = 1): Outcome => ({
  ok: false,
  problem: (line) => ({ code: 'E1601', message, file: SET_ARGUMENTS, line, column, path: '', hint, severity: 'error' }),
});

const applySet = (document: Document, argument: string): Outcome => {
  const equals = argument.indexOf('=');
  if (equals <= 0) return failed(`"${argument}" is not path=value`, 'for example pools.us-gpu.replicas=4');
  const value = readValue(argument.slice(equals + 1));
  if (!value.ok) return failed(value.message, 'quote values with special characters', equals + 2);
  return place(document, argument.slice(0, equals), value.value);
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

/** Puts a value (or, for null and undefined, nothing) at a path in place, after checking that the way there exists. */
export const place = (document: Document, at: string, value: unknown): Outcome => {
  const path = parsePath(at);
  if (path === undefined)
    return failed(`"${at}" is not a path`, 'for example services.chat.traffic.rate or rules[0].max');
  const isRemoval = value === null || value === undefined;
  let node: unknown = document.contents;
  for (const [depth, part] of path.entries()) {
    const [above, below] = [path.slice(0, depth), path.slice(depth)];
    if (isAlias(node)) return failed(`${formatPath(above)} is a YAML alias`, 'edit the anchor, or write the value out');
    if (isSeq(node)) {
      const index = Number(part);
      if (!Number.isInteger(index) || index < 0 || index >= node.items.length) {
        return failed(`${formatPath(above)} has no entry ${part}`, `it has ${node.items.length}, counted from 0`);
      }
      node = node.items[index];
    } else if (isMap(node)) {
      const keys = node.items.map(({ key }) => (isScalar(key) ? String(key.value) : String(key)));
      if (!keys.includes(String(part))) {
        const isSlip = isRemoval || (depth === 1 && NAMED.includes(String(path[0])));
        if (!isSlip) break;
        const where = depth === 0 ? 'the scenario' : formatPath(above);
        return failed(`${where} has no "${part}"`, didYouMean(String(part), keys, 'it has'));
      }
      const opened = openShortForm(node.get(part, true), [...above, part], below.slice(1));
      if (opened !== undefined) document.setIn([...above, part], document.createNode(opened));
      node = node.get(part, true);
    } else if (isScalar(node) && node.value !== null) {
      const whole = `${formatPath(above)}={ ${formatPath(below)}: … }`;
      return failed(
        `${formatPath(above)} is ${JSON.stringify(node.value)}, not a map`,
        `set the whole value: ${whole}`,
      );
    } else break;
  }
  if (isRemoval) document.deleteIn(path);
  else document.setIn(path, typeof value === 'object' ? document.createNode(value) : value);
  return { ok: true, path };
};

/** Short forms that a longer path opens: `growth.users: 9 % / month` has a rate, `replicas: 3` has min and max. */
const openShortForm = (node: unknown, path: Path, rest: Path): Readonly<Record<string, unknown>> | undefined => {
  if (rest.length !== 1 || !isScalar(node)) return undefined;
  if (path.length === 2 && path[0] === 'growth' && rest[0] === 'rate') return { rate: node.value };
  const isReplicas = path.length === 3 && path[0] === 'pools' && path[2] === 'replicas';
  return isReplicas && typeof node.value === 'number' ? { min: node.value, max: node.value } : undefined;
};

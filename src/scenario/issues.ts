import type { z } from 'zod';
import type { Path } from './path.js';
import { formatPath, valueAt } from './path.js';
import { type IssueDetail, kindOf } from './schema/primitives.js';
import type { Finding } from './source.js';
import { didYouMean, nearest } from './suggest.js';

type Issue = z.core.$ZodIssue;

/** What the schema found, in our words. `data` is what was parsed; paths of issues start at its top. */
export const findingsOf = (issues: readonly Issue[], data: unknown): readonly Finding[] =>
  issues.flatMap((issue) => findingsOfIssue(issue, data, []));

const findingsOfIssue = (issue: Issue, data: unknown, above: Path): readonly Finding[] => {
  const path: Path = [...above, ...(issue.path as Path)];
  const name = formatPath(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], issue.message.split('\n')));
    case 'invalid_union':
      if (issue.errors.length > 0) return meantBranch(issue, data, path);
      return [unmatchedKind(path, data, (issue as { readonly options?: readonly unknown[] }).options ?? [])];
    case 'invalid_value':
      return [
        valueAt(data, path) === undefined
          ? missingKey(path, oneOf(issue.values))
          : notOneOf(path, valueAt(data, path), issue.values),
      ];
    case 'invalid_key':
      return [
        {
          code: 'E1204',
          path,
          at: 'key',
          message: `"${String(path.at(-1))}" is not a possible name`,
          hint: 'names have letters, digits, "-" and "_"',
        },
      ];
    case 'invalid_type': {
      const value = valueAt(data, path);
      const hint = issue.message.startsWith('expected ') ? issue.message : undefined;
      if (value === undefined)
        return [missingKey(path, hint?.replace('expected ', '') ?? expectedType(issue.expected))];
      const message = `${name} must be ${expectedType(issue.expected)}, got ${kindOf(value)}`;
      return [{ code: 'E1102', path, message, ...(hint !== undefined && { hint }) }];
    }
    case 'too_small':
    case 'too_big':
      return [sized(issue, path)];
    case 'custom':
      return [custom(issue, path)];
    default:
      return [{ code: 'E1102', path, message: `${name}: ${issue.message}` }];
  }
};

/** Keys of maps; the schema lists those allowed. */
const unknownKey = (path: Path, allowed: readonly string[]): Finding => {
  const parent = formatPath(path.slice(0, -1));
  const key = String(path.at(-1));
  return {
    code: 'E1203',
    path,
    at: 'key',
    message: `unknown key "${key}" ${parent === '' ? 'at the top of the scenario' : `in ${parent}`}`,
    hint: didYouMean(key, allowed, 'allowed here'),
  };
};

const missingKey = (path: Path, expected: string): Finding => {
  const parent = formatPath(path.slice(0, -1));
  return {
    code: 'E1201',
    path,
    at: 'key',
    message: `"${String(path.at(-1))}" is missing ${parent === '' ? 'at the top of the scenario' : `in ${parent}`}`,
    ...(expected !== '' && { hint: `expected ${expected}` }),
  };
};

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;

const notOneOf = (path: Path, value: unknown, values: readonly unknown[]): Finding => ({
  code: 'E1105',
  path,
  message: `${formatPath(path)} must be ${oneOf(values)}, got ${kindOf(value)}`,
  ...(values.length > 1 && {
    hint: didYouMean(typeof value === 'string' ? value : '', values.map(String), 'possible values'),
  }),
});

/** A map whose `kind` (or `distribution`, or `model`) is missing, misspelt or unknown. */
const unmatchedKind = (path: Path, data: unknown, kinds: readonly unknown[]): Finding => {
  const options = kinds.filter((option) => option !== undefined);
  const value = valueAt(data, path);
  if (value !== undefined) return notOneOf(path, value, options);
  const kind = String(path.at(-1));
  const siblings = Object.keys((valueAt(data, path.slice(0, -1)) ?? {}) as object);
  const [slip] = siblings.filter((key) => nearest(key, [kind]).length > 0);
  return slip === undefined ? missingKey(path, oneOf(options)) : unknownKey([...path.slice(0, -1), slip], [kind]);
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
};
const expectedType = (expected: string): string => TYPES[expected] ?? '';

const sized = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, path: Path): Finding => {
  const name = formatPath(path);
  const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  if (issue.origin === 'string') return { code: 'E1102', path, message: `${name} must not be empty` };
  const relation = issue.exact === true ? 'exactly' : issue.code === 'too_small' ? 'at least' : 'at most';
  return {
    code: 'E1101',
    path,
    message: `${name} must have ${relation} ${bound} ${bound === 1 ? 'entry' : 'entries'}`,
  };
};

const custom = (issue: z.core.$ZodIssueCustom, path: Path): Finding => {
  const detail = issue.params as IssueDetail | undefined;
  if (detail?.code === 'E1201') return missingKey(path, '');
  return {
    code: detail?.code ?? 'E1102',
    path,
    message: `${formatPath(path)}${/^(must|is) /.test(issue.message) ? ' ' : ': '}${issue.message}`,
    ...(detail?.hint !== undefined && { hint: detail.hint }),
  };
};

/**
 * The branch of a union that the user meant: among those whose type fits the value, the one that leaves the fewest keys
 * unexplained, then the fewest other problems. When no branch has the value's type, the union says what it expects.
 */
const meantBranch = (issue: z.core.$ZodIssueInvalidUnion, data: unknown, path: Path): readonly Finding[] => {
  const fitting = issue.errors.filter((errors) => !errors.some(isWrongShape));
  const value = valueAt(data, path);
  if (fitting.length === 0) {
    if (value === undefined) return [missingKey(path, issue.message.replace(/^expected /, ''))];
    return [{ code: 'E1102', path, message: `${formatPath(path)}: ${issue.message}, got ${kindOf(value)}` }];
  }
  const [best] = fitting.toSorted((a, b) => badness(a, data, path) - badness(b, data, path));
  return best!.flatMap((inner) => findingsOfIssue(inner, data, path));
};

const isWrongShape = (issue: Issue): boolean =>
  issue.path.length === 0 &&
  (issue.code === 'invalid_type' ||
    (issue.code === 'custom' && (issue.params as IssueDetail | undefined)?.shape === true));

/** How little a branch explains: unknown keys weigh most, then a kind that is not there, then wrong values. */
const badness = (issues: readonly Issue[], data: unknown, above: Path): number =>
  issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + 10 * issue.keys.length;
    if (issue.code === 'invalid_union' && issue.errors.length === 0) {
      return sum + (valueAt(data, [...above, ...(issue.path as Path)]) === undefined ? 10.5 : 3);
    }
    // A text that is none of the words possible here is less likely meant than a quantity with a wrong unit.
    if (issue.code === 'invalid_value') return sum + (issue.path.length === 0 ? 5 : 12);
    return sum + 1;
  }, 0);

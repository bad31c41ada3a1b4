/** Profiles as files: YAML or JSON with the keys of a built-in profile, checked against the bounds of its coefficients. */
import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument, stringify } from 'yaml';
import * as z from 'zod';
import { once } from '../../catalog/kept.js';
import { bounds, type CoefficientName } from '../../latency/coefficients.js';
import type { Profile } from '../../latency/profile.js';
import { findingsOf } from '../../scenario/issues.js';
import { kindOf } from '../../scenario/schema/primitives.js';
import { ENGINES, PRECISIONS } from '../../scenario/schema/services.js';
import { didYouMean } from '../../scenario/suggest.js';
import type { Problem } from '../../scenario/types.js';

const names = Object.keys(bounds) as readonly CoefficientName[];

const coefficients = () =>
  z.partialRecord(z.enum(names as [CoefficientName, ...CoefficientName[]]), z.number().nonnegative());

const band = () => z.strictObject({ ttft: z.number().min(1), tpot: z.number().min(1), e2e: z.number().min(1) });

const schema = once(() =>
  z.strictObject({
    name: z.string().min(1),
    set: coefficients().optional(),
    multiply: coefficients().optional(),
    tested: z
      .strictObject({
        hardware: z.array(z.string()),
        models: z.array(z.enum(['dense', 'experts', 'latent-experts', 'hybrid'])),
        engines: z.array(z.enum(ENGINES)).min(1).optional(),
        engine_version: z.string().min(1).optional(),
        weights: z.array(z.enum(PRECISIONS)).min(1).optional(),
        band80: band().optional(),
      })
      .optional(),
    source: z.string(),
    as_of: z.string(),
    grade: z.enum(['measured', 'vendor', 'assumed']).default('measured'),
    errors: z.string().default('not stated'),
  }),
);

/** Keys that a profile may have, by the map that holds them. */
const keys = (): Readonly<Record<string, readonly string[]>> => ({
  '': Object.keys(schema().shape),
  set: names,
  multiply: names,
  tested: ['hardware', 'models', 'engines', 'engine_version', 'weights', 'band80'],
  'tested.band80': Object.keys(band().shape),
});

export type ProfileRead =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Read a profile. It is laid over the built-in ones, whatever they are for the engine and device at hand.
 *
 * @returns the profile, or every problem with its place: unknown keys, values outside their bounds, broken YAML
 */
export const readProfile = (file: string): ProfileRead => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { ok: false, problems: [problem(file, 0, 0, '', `cannot read ${file}: ${code}`)] };
  }
  return parseProfile(file, text);
};

/** The same from text; `file` only names it. */
export const parseProfile = (file: string, text: string): ProfileRead => {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const place = (path: readonly PropertyKey[]): { line: number; col: number } => {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = document.getIn(path.slice(0, depth) as string[], true) as
        | { range?: [number, number, number] }
        | undefined;
      if (node?.range) return counter.linePos(node.range[0]);
    }
    return { line: 1, col: 1 };
  };
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => {
        const at = counter.linePos(error.pos[0]);
        return problem(file, at.line, at.col, '', error.message.split('\n')[0]!);
      }),
    };
  }
  let plain: unknown;
  try {
    plain = document.toJS();
  } catch (error) {
    // Aliases that refer to nothing, or to far too much.
    return { ok: false, problems: [problem(file, 1, 1, '', (error as Error).message)] };
  }
  const parsed = schema().safeParse(plain);
  if (!parsed.success) {
    return {
      ok: false,
      problems: parsed.error.issues.flatMap((issue) => {
        const at = place(issue.path);
        const path = issue.path.join('.');
        return inWords(issue, plain).map(({ message, hint }) => problem(file, at.line, at.col, path, message, hint));
      }),
    };
  }
  const outside = Object.entries(parsed.data.set ?? {}).flatMap(([name, value]) => {
    const [low, high] = bounds[name as CoefficientName];
    if (value !== undefined && value >= low && value <= high) return [];
    const at = place(['set', name]);
    return [problem(file, at.line, at.col, `set.${name}`, `${name} is ${value}`, `it lies between ${low} and ${high}`)];
  });
  if (outside.length > 0) return { ok: false, problems: outside };
  const { as_of: asOf, set, multiply, tested, ...rest } = parsed.data;
  const profile = {
    ...rest,
    match: {},
    asOf,
    ...(set === undefined ? {} : { set }),
    ...(multiply === undefined ? {} : { multiply }),
    ...(tested === undefined ? {} : { tested: testedOf(tested) }),
  };
  return { ok: true, profile: profile as Profile };
};

/** What is wrong with a profile, as of a scenario. */
const inWords = (
  issue: z.core.$ZodIssue,
  plain: unknown,
): readonly { readonly message: string; readonly hint?: string }[] => {
  if (issue.path.length === 0 && issue.code === 'invalid_type')
    return [{ message: `a profile is a map of keys, got ${kindOf(plain)}`, hint: `keys: ${keys()['']!.join(', ')}` }];
  if (issue.code !== 'unrecognized_keys')
    return findingsOf([issue], plain).map((found) => ({
      ...found,
      message: found.message.replace('at the top of the scenario', 'at the top of the profile'),
    }));
  const parent = issue.path.join('.');
  return issue.keys.map((key) => ({
    message: `unknown key "${key}" ${parent === '' ? 'at the top of the profile' : `in ${parent}`}`,
    hint: didYouMean(key, keys()[parent] ?? [], 'allowed here'),
  }));
};

const testedOf = ({
  engine_version: engineVersion,
  ...rest
}: NonNullable<z.output<ReturnType<typeof schema>>['tested']>) => ({
  ...rest,
  ...(engineVersion === undefined ? {} : { engineVersion }),
});

/** The file of a profile; numbers keep four digits, which is more than any measurement here supports. */
export const profileText = (profile: Profile, remarks: readonly string[]): string => {
  const digits = (values: Profile['set']): Record<string, number> =>
    Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, Number(value.toPrecision(4))]));
  const { name, set, multiply, tested, source, asOf, grade, errors } = profile;
  const values = { ...(set ? { set: digits(set) } : {}), ...(multiply ? { multiply: digits(multiply) } : {}) };
  const { engineVersion, band80, ...conditions } = tested ?? {};
  const measured = {
    ...conditions,
    ...(engineVersion === undefined ? {} : { engine_version: engineVersion }),
    ...(band80 === undefined ? {} : { band80 }),
  };
  const body = { name, ...values, ...(tested ? { tested: measured } : {}), source, as_of: asOf, grade, errors };
  return `${remarks.map((remark) => `# ${remark}\n`).join('')}${stringify(body, { lineWidth: 0 })}`;
};

const problem = (
  file: string,
  line: number,
  column: number,
  path: string,
  message: string,
  hint?: string,
): Problem => ({
  code: 'E2202',
  message,
  file,
  line,
  column,
  path,
  severity: 'error',
  ...(hint === undefined ? {} : { hint }),
});

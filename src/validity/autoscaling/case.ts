import * as z from 'zod';

/** A reference decision: what an autoscaler was given and what it decided, with the upstream test it comes from. */
export interface AutoscalerCase {
  readonly id: string;
  readonly kind: string;
  readonly source?: unknown;
  readonly input?: unknown;
  readonly expected?: unknown;
  readonly steps?: unknown;
  readonly note?: unknown;
}

/** What our autoscaler made of a case: one answer, or one for each step. */
export type Evaluated =
  | { readonly got: unknown; readonly expected: unknown; readonly tolerances?: Tolerances }
  | {
      readonly steps: readonly { readonly got: unknown; readonly expected: unknown }[];
      readonly tolerances?: Tolerances;
    };

/** Absolute tolerances by key, where the reference allows some. */
export type Tolerances = Readonly<Record<string, number>>;

export type Evaluator = (input: unknown, kase: AutoscalerCase) => Evaluated;

/** A case that we cannot read: an unknown field or a value of another shape. It is skipped and says why. */
export class UnreadableCase extends Error {
  override readonly name = 'UnreadableCase';
}

/** Reads an input strictly. An unknown field throws `UnreadableCase` with its name. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [],
  );
  if (unknown.length > 0) throw new UnreadableCase(`unknown input field ${unknown.join(', ')}`);
  const first = parsed.error.issues[0];
  throw new UnreadableCase(`input field ${first?.path.join('.') ?? '?'}: ${first?.message ?? 'cannot be read'}`);
}

/** A count in milli-units: a number, or a string above 2^53. */
export const milli = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]).transform((value) => BigInt(value));

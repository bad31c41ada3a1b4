import { asBoolean, asList, asNumber, BUILTINS, type FormulaValue, LIST_BUILTINS } from './builtins.js';
import { type Expression, parseFormula } from './parse.js';
import { FormulaError } from './tokens.js';

export type FormulaVariables = Readonly<Record<string, FormulaValue>>;
export type FormulaResult =
  | { readonly ok: true; readonly value: number | null }
  | { readonly ok: false; readonly error: string; readonly at: number };

/** A range such as `1..100000000` would fill the memory; no formula needs more elements than this. */
const MAX_RANGE = 10_000;

/**
 * Evaluates a scaling-modifier formula over trigger values (null: the trigger failed). The result is a number, or null
 * if every alternative of `??` failed. Errors are values with the position in the formula.
 */
export function evaluateFormula(formula: string, variables: FormulaVariables): FormulaResult {
  try {
    const value = evaluate(parseFormula(formula), variables, undefined);
    if (value === null || typeof value === 'number') return { ok: true, value };
    return { ok: false, error: 'the formula gives no number', at: 0 };
  } catch (error) {
    if (error instanceof FormulaError) return { ok: false, error: error.message, at: error.at };
    throw error;
  }
}

/** Names that a formula reads, so that a manifest can be checked against its triggers. */
export function variablesOf(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: Expression): void => {
    if (node.kind === 'variable') names.add(node.name);
    else if (node.kind === 'list') node.items.forEach(visit);
    else if (node.kind === 'call') node.args.forEach(visit);
    else if (node.kind === 'unary') visit(node.operand);
    else if (node.kind === 'binary') [node.left, node.right].forEach(visit);
    else if (node.kind === 'conditional') [node.test, node.yes, node.no].forEach(visit);
    else if (node.kind === 'closure') visit(node.body);
  };
  visit(expression);
  return names;
}

function evaluate(node: Expression, variables: FormulaVariables, element: FormulaValue | undefined): FormulaValue {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'variable':
      if (!Object.hasOwn(variables, node.name)) throw new FormulaError(`unknown name ${node.name}`, node.at);
      return variables[node.name]!;
    case 'element':
      if (element === undefined) throw new FormulaError('# stands outside a predicate', node.at);
      return element;
    case 'list':
      return node.items.map((item) => evaluate(item, variables, element));
    case 'unary': {
      const value = evaluate(node.operand, variables, element);
      if (node.operator === 'not') return !asBoolean(value, 'not', node.at);
      const number = asNumber(value, node.operator, node.at);
      return node.operator === '-' ? -number : number;
    }
    case 'conditional':
      return asBoolean(evaluate(node.test, variables, element), '?', node.at)
        ? evaluate(node.yes, variables, element)
        : evaluate(node.no, variables, element);
    case 'binary':
      return binary(node, variables, element);
    case 'call':
      return call(node, variables, element);
    case 'closure':
      throw new FormulaError('a predicate stands where a value is needed', 0);
  }
}

function binary(
  node: Extract<Expression, { kind: 'binary' }>,
  variables: FormulaVariables,
  element: FormulaValue | undefined,
): FormulaValue {
  const { operator, at } = node;
  const left = evaluate(node.left, variables, element);
  const right = (): FormulaValue => evaluate(node.right, variables, element);
  if (operator === '??') return left ?? right();
  if (operator === 'and') return asBoolean(left, 'and', at) && asBoolean(right(), 'and', at);
  if (operator === 'or') return asBoolean(left, 'or', at) || asBoolean(right(), 'or', at);
  if (operator === '==') return left === right();
  if (operator === '!=') return left !== right();
  if (operator === 'in') return asList(right(), 'in', at).includes(left);
  const a = asNumber(left, operator, at);
  const b = asNumber(right(), operator, at);
  if (operator === '..') return range(a, b, at);
  return NUMERIC[operator]!(a, b);
}

const NUMERIC: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

function range(from: number, to: number, at: number): readonly number[] {
  if (to - from >= MAX_RANGE) throw new FormulaError('the range is too long', at);
  return Array.from(
    { length: Math.max(0, Math.trunc(to) - Math.trunc(from) + 1) },
    (_, index) => Math.trunc(from) + index,
  );
}

function call(
  node: Extract<Expression, { kind: 'call' }>,
  variables: FormulaVariables,
  element: FormulaValue | undefined,
): FormulaValue {
  const { name, args, at } = node;
  const closure = args[1]?.kind === 'closure' ? args[1] : undefined;
  const listBuiltin = closure !== undefined && Object.hasOwn(LIST_BUILTINS, name) ? LIST_BUILTINS[name] : undefined;
  if (listBuiltin !== undefined && closure !== undefined) {
    const list = asList(evaluate(args[0]!, variables, element), name, at);
    return listBuiltin(list, (each) => evaluate(closure.body, variables, each), at);
  }
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin === undefined) throw new FormulaError(`unknown function ${name}`, at);
  return builtin(
    args.map((arg) => evaluate(arg, variables, element)),
    at,
  );
}

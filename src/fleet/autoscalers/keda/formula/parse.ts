import { FormulaError, type Token, tokenise } from './tokens.js';

/** A formula as a tree. `closure` is the body of a predicate such as `{# > 1}`, where `#` is the element. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: number | string | boolean | null }
  | { readonly kind: 'variable'; readonly name: string; readonly at: number }
  | { readonly kind: 'element'; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: 'not' | '-' | '+'; readonly operand: Expression; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly at: number;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly at: number }
  | { readonly kind: 'closure'; readonly body: Expression };

/** Binding powers of expr-lang (github.com/expr-lang/expr, parser/operator). `??` binds tightest of all. */
const BINARY: Readonly<Record<string, { readonly power: number; readonly isRight?: true; readonly as?: string }>> = {
  or: { power: 10 },
  '||': { power: 10, as: 'or' },
  and: { power: 15 },
  '&&': { power: 15, as: 'and' },
  '==': { power: 20 },
  '!=': { power: 20 },
  '<': { power: 20 },
  '>': { power: 20 },
  '<=': { power: 20 },
  '>=': { power: 20 },
  in: { power: 20 },
  '..': { power: 25 },
  '+': { power: 30 },
  '-': { power: 30 },
  '*': { power: 60 },
  '/': { power: 60 },
  '%': { power: 60 },
  '**': { power: 100, isRight: true },
  '^': { power: 100, isRight: true, as: '**' },
  '??': { power: 500 },
};
const UNARY: Readonly<Record<string, { readonly power: number; readonly as: 'not' | '-' | '+' }>> = {
  not: { power: 50, as: 'not' },
  '!': { power: 50, as: 'not' },
  '-': { power: 90, as: '-' },
  '+': { power: 90, as: '+' },
};
const CONSTANTS: Readonly<Record<string, boolean | null>> = { true: true, false: false, nil: null };
/** Deeper nesting than any formula needs; keeps a hostile manifest from exhausting the stack. */
const MAX_DEPTH = 200;

/**
 * Parses a scaling-modifier formula: the part of expr-lang that combines numbers (arithmetic, comparison, logic, `?:`,
 * `??`, lists, predicates, built-in functions). Throws `FormulaError`. Nothing is ever handed to the JavaScript engine.
 */
export function parseFormula(text: string): Expression {
  const tokens = tokenise(text);
  let position = 0;
  let depth = 0;

  const peek = (): Token => tokens[position]!;
  const textOf = (token: Token): string | undefined =>
    token.kind === 'symbol' || token.kind === 'name' ? token.value : undefined;
  const isNext = (symbol: string): boolean => peek().kind === 'symbol' && textOf(peek()) === symbol;
  const describe = (token: Token): string => (token.kind === 'end' ? 'the end' : `"${token.value}"`);
  const expect = (symbol: string): void => {
    if (!isNext(symbol)) throw new FormulaError(`expected "${symbol}" but found ${describe(peek())}`, peek().at);
    position += 1;
  };

  function expression(power: number): Expression {
    depth += 1;
    if (depth > MAX_DEPTH) throw new FormulaError('the formula is nested too deeply', peek().at);
    let left = prefix();
    for (;;) {
      const token = peek();
      const name = textOf(token);
      const operator = name !== undefined && Object.hasOwn(BINARY, name) ? BINARY[name] : undefined;
      if (operator === undefined || name === undefined || operator.power < power) break;
      position += 1;
      const right = expression(operator.isRight === true ? operator.power : operator.power + 1);
      left = { kind: 'binary', operator: operator.as ?? name, left, right, at: token.at };
    }
    if (power === 0 && isNext('?')) {
      const { at } = peek();
      position += 1;
      const yes = expression(0);
      expect(':');
      left = { kind: 'conditional', test: left, yes, no: expression(0), at };
    }
    depth -= 1;
    return left;
  }

  function prefix(): Expression {
    const token = peek();
    const name = textOf(token);
    const unary = name !== undefined && Object.hasOwn(UNARY, name) ? UNARY[name] : undefined;
    if (unary !== undefined) {
      position += 1;
      return { kind: 'unary', operator: unary.as, operand: expression(unary.power), at: token.at };
    }
    return primary();
  }

  function primary(): Expression {
    const token = peek();
    position += 1;
    if (token.kind === 'number' || token.kind === 'string') return { kind: 'literal', value: token.value };
    if (token.kind === 'name') {
      if (Object.hasOwn(CONSTANTS, token.value)) return { kind: 'literal', value: CONSTANTS[token.value]! };
      if (!isNext('(')) return { kind: 'variable', name: token.value, at: token.at };
      position += 1;
      return { kind: 'call', name: token.value, args: items(')'), at: token.at };
    }
    if (token.kind === 'symbol' && token.value === '(') {
      const inner = expression(0);
      expect(')');
      return inner;
    }
    if (token.kind === 'symbol' && token.value === '[') return { kind: 'list', items: items(']') };
    if (token.kind === 'symbol' && token.value === '#') return { kind: 'element', at: token.at };
    throw new FormulaError(`expected a value but found ${describe(token)}`, token.at);
  }

  /** Items up to the closing bracket; an argument may be a predicate in braces. */
  function items(close: string): readonly Expression[] {
    const found: Expression[] = [];
    while (!isNext(close)) {
      if (close === ')' && isNext('{')) {
        position += 1;
        const body = expression(0);
        expect('}');
        found.push({ kind: 'closure', body });
      } else found.push(expression(0));
      if (!isNext(close)) expect(',');
    }
    position += 1;
    return found;
  }

  const result = expression(0);
  if (peek().kind !== 'end') throw new FormulaError(`unexpected ${describe(peek())}`, peek().at);
  return result;
}

/** Tokens of a scaling-modifier formula. Positions count from 0. */
export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: 'name'; readonly value: string; readonly at: number }
  | { readonly kind: 'symbol'; readonly value: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

/** A formula that cannot be read or evaluated, with the position where it went wrong. */
export class FormulaError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(`${message} (position ${at + 1})`);
    this.name = 'FormulaError';
    this.at = at;
  }
}

const PATTERN =
  /\s*(?:(\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_$][\w$]*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\?\?|\*\*|\|\||&&|==|!=|<=|>=|\.\.|[-+*/%^<>!?:(),[\]{}#|]))/y;

/** Splits a formula into tokens. Throws `FormulaError` at the first character that belongs to none. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(text);
    if (match === null) {
      const spaces = text.slice(at).length - text.slice(at).trimStart().length;
      throw new FormulaError(`unexpected character "${text[at + spaces]}"`, at + spaces);
    }
    const [whole, number, name, string, symbol] = match;
    const start = at + whole.length - whole.trimStart().length;
    if (number !== undefined) tokens.push({ kind: 'number', value: Number(number.replaceAll('_', '')), at: start });
    else if (name !== undefined) tokens.push({ kind: 'name', value: name, at: start });
    else if (string !== undefined)
      tokens.push({ kind: 'string', value: string.slice(1, -1).replace(/\\(.)/g, '$1'), at: start });
    else tokens.push({ kind: 'symbol', value: symbol!, at: start });
    at += whole.length;
  }
  tokens.push({ kind: 'end', at: text.length });
  return tokens;
}

/** The one table of keys: what they do, the footer's hints and the help overlay all come from it. */
import { type Action, PANELS, type State } from './state.js';

/** A key as the terminal sends it: a name for special keys, the character itself otherwise. */
export type Key = string;

export type Command = Action | { readonly type: 'quit'; readonly exitCode: number };

export interface KeyBinding {
  readonly shown: string;
  /** The word beside it in the footer; empty for help only. */
  readonly hint: string;
  readonly help: string;
  readonly keys: Readonly<Record<Key, (state: State) => Command>>;
}

const always = (command: Command) => (): Command => command;

export const KEYS: readonly KeyBinding[] = [
  {
    shown: '↑↓',
    hint: 'lever',
    help: 'choose a lever; elsewhere scroll, or show the next objective or change (also j k)',
    keys: {
      up: always({ type: 'previous' }),
      k: always({ type: 'previous' }),
      down: always({ type: 'next' }),
      j: always({ type: 'next' }),
    },
  },
  {
    shown: '←→',
    hint: 'change',
    help: 'lower or raise the lever; everything is simulated again (also h l)',
    keys: {
      left: always({ type: 'step', direction: -1 }),
      h: always({ type: 'step', direction: -1 }),
      right: always({ type: 'step', direction: 1 }),
      l: always({ type: 'step', direction: 1 }),
    },
  },
  {
    shown: '⏎',
    hint: 'type',
    help: 'type a value for the lever; in panel 5 apply the change',
    keys: {
      return: ({ focus, suggestion }) =>
        focus === 'suggestion' && suggestion.status === 'found' ? { type: 'apply' } : { type: 'type-start', text: '' },
    },
  },
  {
    shown: 'Tab',
    hint: 'panel',
    help: 'focus the next panel (1–5 one of them)',
    keys: {
      tab: always({ type: 'focus-step', direction: 1 }),
      'shift-tab': always({ type: 'focus-step', direction: -1 }),
      ...Object.fromEntries(PANELS.map((panel, index) => [String(index + 1), always({ type: 'focus', panel })])),
    },
  },
  { shown: 'o', hint: 'optimise', help: 'look for one change that helps', keys: { o: always({ type: 'optimise' }) } },
  { shown: 'a', hint: '', help: 'apply the change that panel 5 shows', keys: { a: always({ type: 'apply' }) } },
  { shown: 'w', hint: 'save', help: 'write the changed values down', keys: { w: always({ type: 'save' }) } },
  { shown: 'u', hint: 'undo', help: 'undo the last change', keys: { u: always({ type: 'undo' }) } },
  { shown: 'b', hint: 'base', help: 'look at the base, and back', keys: { b: always({ type: 'base' }) } },
  { shown: 'r', hint: '', help: 'reset every lever to the base', keys: { r: always({ type: 'reset' }) } },
  {
    shown: 'x',
    hint: 'costs',
    help: 'explain what the month costs, item by item',
    keys: { x: always({ type: 'overlay', overlay: 'costs' }) },
  },
  { shown: '?', hint: 'help', help: 'these keys', keys: { '?': always({ type: 'overlay', overlay: 'help' }) } },
  { shown: 'Esc', hint: '', help: 'close what is open', keys: { escape: always({ type: 'close' }) } },
  {
    shown: 'q',
    hint: 'quit',
    help: 'quit (Ctrl-C too, with exit code 130)',
    keys: { q: always({ type: 'quit', exitCode: 0 }) },
  },
];

/** Keys that stay meaningful under an overlay; all others close it first. */
const UNDER_OVERLAY: readonly Command['type'][] = ['next', 'previous', 'overlay', 'close', 'quit'];

/** What a key means in this state, or `null` for nothing. */
export function commandFor(key: Key, state: State): Command | null {
  if (key === 'ctrl-c') return { type: 'quit', exitCode: 130 };
  if (state.typing) return typingCommand(key);
  const command = KEYS.find(({ keys }) => Object.hasOwn(keys, key))?.keys[key]?.(state) ?? null;
  if (state.overlay === 'none' || command === null) return command;
  if (command.type === 'quit') return key === 'q' ? { type: 'close' } : command;
  return UNDER_OVERLAY.includes(command.type) ? command : { type: 'close' };
}

function typingCommand(key: Key): Command | null {
  if (key === 'return') return { type: 'type-accept' };
  if (key === 'escape') return { type: 'type-cancel' };
  if (key === 'backspace') return { type: 'type-erase' };
  return [...key].length === 1 ? { type: 'type-text', text: key } : null;
}

/** The footer: as many hints as fit the width; the last before help go first, help and quit never. */
export function footerHints(width: number): readonly { readonly shown: string; readonly hint: string }[] {
  const hints = KEYS.filter(({ hint }) => hint !== '').map(({ shown, hint }) => ({ shown, hint }));
  const size = (): number => hints.reduce((sum, { shown, hint }) => sum + shown.length + hint.length + 3, -1);
  while (size() > width && hints.length > 2) hints.splice(-3, 1);
  return hints;
}

const SPECIAL: Readonly<Record<string, Key>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x03': 'ctrl-c',
  '\x1b': 'escape',
};

/** The flags of Ink's key event that we read. */
export interface KeyFlags {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

/** The keys of one input event. Fast typing and pasting arrive as one string of several keys. */
export function keysOf(input: string, flags: KeyFlags): readonly Key[] {
  if (flags.ctrl) return input === 'c' ? ['ctrl-c'] : [];
  if (flags.upArrow) return ['up'];
  if (flags.downArrow) return ['down'];
  if (flags.leftArrow) return ['left'];
  if (flags.rightArrow) return ['right'];
  if (flags.return) return ['return'];
  if (flags.escape) return ['escape'];
  if (flags.tab) return [flags.shift ? 'shift-tab' : 'tab'];
  if (flags.backspace || flags.delete) return ['backspace'];
  if (flags.meta) return [];
  return [...input].map((character) => SPECIAL[character] ?? character).filter((key) => key.length > 1 || key >= ' ');
}

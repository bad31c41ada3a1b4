/** What the screen knows, and how each event changes it. Pure: effects live in the controller. */
import type { ForecastResult, RecommendResult } from '../plan/results.js';
import type { Edit } from '../scenario/types.js';
import type { SimulationResult } from '../simulate/result.js';
import { editsKey, mergeEdits, stepEdit, typedEdit } from './leverValues.js';
import type { WhatIfAnswer, WhatIfLever } from './session.js';
import { suggestionsOf } from './suggestions.js';

export const PANELS = ['levers', 'outcome', 'cost', 'latency', 'suggestion'] as const;
export type Panel = (typeof PANELS)[number];

/** The newest figures at hand. A key names the edits that a part belongs to; parts of other edits are shown dimmed. */
export interface Figures {
  readonly simulation: SimulationResult;
  readonly simulationKey: string;
  readonly forecast: ForecastResult | null;
  readonly forecastKey: string;
  readonly replications: number;
  readonly planned: number;
  readonly final: boolean;
}

export interface Problem {
  readonly problem: string;
  readonly hint?: string;
}

export type Suggestion =
  | { readonly status: 'none' }
  | { readonly status: 'searching'; readonly key: string }
  | { readonly status: 'found'; readonly key: string; readonly result: RecommendResult; readonly shown: number }
  | { readonly status: 'failed'; readonly key: string; readonly reason: string };

export interface State {
  readonly levers: readonly WhatIfLever[];
  readonly edits: readonly Edit[];
  readonly past: readonly (readonly Edit[])[];
  readonly savedKey: string;
  readonly selected: number;
  readonly focus: Panel;
  /** The value being typed for the selected lever. */
  readonly typing: { readonly text: string; readonly reason: string } | null;
  readonly overlay: 'none' | 'help' | 'costs';
  /** First line shown of what scrolls: the focused panel or the overlay. */
  readonly scroll: number;
  /** Which latency objective panel 4 draws. */
  readonly objective: number;
  /** The base is looked at; the edits wait. */
  readonly isAtBase: boolean;
  readonly isRunning: boolean;
  readonly figures: Figures | null;
  readonly base: Figures | null;
  readonly problem: Problem | null;
  readonly suggestion: Suggestion;
  /** A short word about the last command, in place of the footer until the next key. */
  readonly notice: { readonly text: string; readonly isBad: boolean } | null;
}

export type Action =
  | { readonly type: 'next' | 'previous' }
  | { readonly type: 'step'; readonly direction: -1 | 1 }
  | { readonly type: 'type-start'; readonly text: string }
  | { readonly type: 'type-text'; readonly text: string }
  | { readonly type: 'type-erase' | 'type-accept' | 'type-cancel' }
  | { readonly type: 'focus'; readonly panel: Panel }
  | { readonly type: 'focus-step'; readonly direction: -1 | 1 }
  | { readonly type: 'base' | 'reset' | 'undo' | 'close' | 'optimise' | 'suggest' | 'apply' | 'save' }
  | { readonly type: 'overlay'; readonly overlay: 'help' | 'costs' }
  | { readonly type: 'running'; readonly isRunning: boolean }
  | { readonly type: 'answer'; readonly key: string; readonly answer: WhatIfAnswer }
  | { readonly type: 'suggested'; readonly key: string; readonly result: RecommendResult }
  | { readonly type: 'suggestion-failed'; readonly key: string; readonly reason: string }
  | { readonly type: 'saved'; readonly key: string; readonly path: string }
  | { readonly type: 'notice'; readonly text: string; readonly isBad: boolean };

export const BASE_KEY = editsKey([]);

/** The state before anything is known. */
export const initialState = (levers: readonly WhatIfLever[]): State => ({
  levers,
  edits: [],
  past: [],
  savedKey: BASE_KEY,
  selected: 0,
  focus: 'levers',
  typing: null,
  overlay: 'none',
  scroll: 0,
  objective: 0,
  isAtBase: false,
  isRunning: false,
  figures: null,
  base: null,
  problem: null,
  suggestion: { status: 'none' },
  notice: null,
});

/** The edits that the screen shows: none while the base is looked at. */
export const shownEdits = (state: State): readonly Edit[] => (state.isAtBase ? [] : state.edits);

const clampIndex = (index: number, length: number): number => Math.max(0, Math.min(length - 1, index));

/** The state after an event. */
export function reduce(previous: State, action: Action): State {
  const state = previous.notice && isKeyAction(action) ? { ...previous, notice: null } : previous;
  switch (action.type) {
    case 'next':
    case 'previous':
      return move(state, action.type === 'next' ? 1 : -1);
    case 'step': {
      const lever = state.levers[state.selected];
      const edit = lever && stepEdit(lever, shownEdits(state), action.direction);
      return edit ? edited(state, mergeEdits(shownEdits(state), [edit])) : state;
    }
    case 'type-start':
      return state.levers.length
        ? { ...state, focus: 'levers', scroll: 0, typing: { text: action.text, reason: '' } }
        : state;
    case 'type-text':
      return state.typing
        ? { ...state, typing: { text: (state.typing.text + action.text).slice(0, 40), reason: '' } }
        : state;
    case 'type-erase':
      return state.typing ? { ...state, typing: { text: state.typing.text.slice(0, -1), reason: '' } } : state;
    case 'type-cancel':
      return { ...state, typing: null };
    case 'type-accept':
      return acceptTyped(state);
    case 'focus':
      return { ...state, focus: action.panel, scroll: 0 };
    case 'focus-step': {
      const at = PANELS.indexOf(state.focus) + action.direction;
      return { ...state, focus: PANELS[(at + PANELS.length) % PANELS.length] ?? 'levers', scroll: 0 };
    }
    case 'base':
      return state.isAtBase || state.edits.length
        ? { ...state, isAtBase: !state.isAtBase }
        : noticed(state, 'nothing is edited yet');
    case 'reset':
      return state.edits.length ? edited(state, []) : noticed(state, 'nothing is edited yet');
    case 'undo': {
      const last = state.past.at(-1);
      if (!last) return noticed(state, 'nothing to undo');
      return { ...withEdits(state, last), past: state.past.slice(0, -1) };
    }
    case 'close':
      return { ...state, overlay: 'none', scroll: 0 };
    case 'overlay':
      return { ...state, overlay: state.overlay === action.overlay ? 'none' : action.overlay, scroll: 0 };
    case 'optimise':
      return {
        ...state,
        focus: 'suggestion',
        isAtBase: false,
        suggestion: { status: 'searching', key: editsKey(state.edits) },
      };
    case 'suggest':
      // Looked for unasked: nothing moves under the user's hands.
      return { ...state, suggestion: { status: 'searching', key: editsKey(state.edits) } };
    case 'apply':
      return applySuggestion(state);
    case 'save':
      return state.edits.length ? state : noticed(state, 'nothing to save: no lever was moved');
    case 'running':
      return { ...state, isRunning: action.isRunning };
    case 'answer':
      return answered(state, action.key, action.answer);
    case 'suggested':
      return awaits(state, action.key)
        ? { ...state, suggestion: { status: 'found', key: action.key, result: action.result, shown: 0 } }
        : state;
    case 'suggestion-failed':
      return awaits(state, action.key)
        ? { ...state, suggestion: { status: 'failed', key: action.key, reason: action.reason } }
        : state;
    case 'saved':
      return { ...noticed(state, `saved ${action.path}`), savedKey: action.key };
    case 'notice':
      return { ...state, notice: { text: action.text, isBad: action.isBad } };
  }
}

const EVENTS: readonly Action['type'][] = ['running', 'answer', 'suggested', 'suggestion-failed', 'saved', 'notice'];
const isKeyAction = ({ type }: Action): boolean => !EVENTS.includes(type);
const noticed = (state: State, text: string): State => ({ ...state, notice: { text, isBad: false } });
const awaits = ({ suggestion }: State, key: string): boolean =>
  suggestion.status === 'searching' && suggestion.key === key;

/** A new set of edits, remembered for undo. */
const edited = (state: State, edits: readonly Edit[]): State => ({
  ...withEdits(state, edits),
  past: [...state.past, state.edits],
});

const withEdits = (state: State, edits: readonly Edit[]): State => ({
  ...state,
  edits,
  isAtBase: false,
  problem: null,
});

function move(state: State, by: -1 | 1): State {
  if (state.overlay === 'none' && state.focus === 'levers')
    return { ...state, selected: clampIndex(state.selected + by, state.levers.length) };
  if (state.overlay === 'none' && state.focus === 'latency')
    return { ...state, objective: Math.max(0, state.objective + by) };
  if (state.overlay === 'none' && state.focus === 'suggestion' && state.suggestion.status === 'found') {
    const shown = clampIndex(state.suggestion.shown + by, suggestionsOf(state.suggestion.result).length);
    return { ...state, suggestion: { ...state.suggestion, shown } };
  }
  return { ...state, scroll: Math.max(0, state.scroll + by) };
}

function acceptTyped(state: State): State {
  const lever = state.levers[state.selected];
  if (!lever || !state.typing) return { ...state, typing: null };
  if (state.typing.text.trim() === '') return { ...state, typing: null };
  const typed = typedEdit(lever, state.typing.text);
  if (!typed.ok) return { ...state, typing: { text: state.typing.text, reason: typed.reason } };
  const edits = mergeEdits(shownEdits(state), [typed.edit]);
  const isSame = editsKey(edits) === editsKey(state.edits);
  return isSame ? { ...state, typing: null } : { ...edited(state, edits), typing: null };
}

function applySuggestion(state: State): State {
  const { suggestion } = state;
  if (suggestion.status !== 'found') return noticed(state, 'no change found yet: o looks for one');
  if (suggestion.key !== editsKey(state.edits)) return noticed(state, 'the levers have moved since: o looks again');
  const chosen = suggestionsOf(suggestion.result)[suggestion.shown];
  if (!chosen) return noticed(state, 'no change to apply');
  return noticed(
    { ...edited(state, mergeEdits(state.edits, chosen.edits)), suggestion: { status: 'none' } },
    `applied ${chosen.name}; u undoes it`,
  );
}

function answered(state: State, key: string, answer: WhatIfAnswer): State {
  const isCurrent = key === editsKey(state.edits);
  if (answer.kind === 'problem') return isCurrent ? { ...state, problem: answer } : state;
  const figures = (before: Figures | null): Figures => ({
    simulation: answer.simulation,
    simulationKey: key,
    forecast: answer.forecast ?? before?.forecast ?? null,
    forecastKey: answer.forecast ? key : (before?.forecastKey ?? ''),
    replications: answer.replications,
    planned: answer.planned,
    final: answer.final,
  });
  return {
    ...state,
    ...(isCurrent ? { figures: figures(state.figures), problem: null } : {}),
    ...(key === BASE_KEY ? { base: figures(state.base) } : {}),
  };
}

/** The model that a scenario names or describes. */
import { findModel, modelFromInline } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import type { ModelCard } from '../../catalog/types.js';
import { hintOf, type WorldFinding } from './types.js';

/** @param path where the scenario names it: what is wrong with it is added to `findings` there */
export function modelAt(
  path: readonly string[],
  model: string | Readonly<Record<string, unknown>>,
  catalog: Catalog,
  findings: WorldFinding[],
): ModelCard | undefined {
  if (typeof model === 'string') {
    const found = findModel(catalog, model);
    if (found.kind === 'found') return found.value;
    findings.push({ path, message: `no model "${model}" in the catalog`, ...hintOf(found.suggestions, 'models') });
    return undefined;
  }
  const inline = modelFromInline(model);
  if (inline.kind === 'found') return inline.value;
  for (const problem of inline.problems) findings.push({ path: [...path, problem.field], message: problem.message });
  return undefined;
}

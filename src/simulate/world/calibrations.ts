/** The user's own latency profiles that a scenario names: read, and matched with the services that they speak for. */
import { type Deployment, whyNotApplicable } from '../../latency/ownProfile.js';
import type { Profile } from '../../latency/profile.js';
import type { Scenario } from '../../scenario/types.js';
import { parseProfile } from './profileFile.js';
import type { WorldFinding } from './types.js';

type Path = WorldFinding['path'];

interface Named {
  readonly file: string;
  readonly path: Path;
  readonly profile: Profile;
}

export interface Calibrations {
  /** The profile that speaks for a deployment; two that do are a finding. Absent: none does. */
  readonly of: (service: string, deployment: Deployment, findings: WorldFinding[]) => Profile | undefined;
  /** After all services were asked: the profiles that speak for none of them, with what they were fitted on. */
  readonly unused: () => readonly WorldFinding[];
}

/** Reads the calibrations of a scenario; what is wrong with a file is a finding at the key that names it. */
export function readCalibrations(scenario: Scenario, findings: WorldFinding[]): Calibrations {
  const given = scenario.calibration ?? [];
  const all = given.flatMap(({ file, text }, index): readonly Named[] => {
    const path: Path = given.length === 1 ? ['calibration'] : ['calibration', index];
    const read = parseProfile(file, text);
    if (read.ok) return [{ file, path, profile: read.profile }];
    for (const { line, column, message, hint } of read.problems) {
      const found = { code: 'E1402' as const, path, message: `${file}:${line}:${column}: ${message}` };
      findings.push(hint === undefined ? found : { ...found, hint });
    }
    return [];
  });
  const used = new Set<Named>();
  const refused = new Map<Named, string>();
  return {
    of(service, deployment, conflicts) {
      const speaking = all.filter((each) => {
        const why = whyNotApplicable(each.profile, deployment);
        if (why !== undefined) refused.set(each, `${why}; ${service} runs ${runs(deployment)}`);
        return why === undefined;
      });
      for (const each of speaking) used.add(each);
      const [first, second] = speaking;
      if (first && second) {
        const message = `${first.file} and ${second.file} were both fitted on what services.${service} runs`;
        conflicts.push({ code: 'E1303', path: second.path, message, hint: 'keep one of them' });
      }
      return first?.profile;
    },
    unused: () =>
      all
        .filter((each) => !used.has(each))
        .map((each) => ({
          code: 'E1306',
          path: each.path,
          message: `${each.file} applies to no service: ${refused.get(each) ?? 'none serves a language model on an accelerator'}`,
          hint: 'leave it out, or calibrate on measurements of this engine, accelerator and precision',
        })),
  };
}

const runs = ({ engine, accelerator, weights }: Deployment): string => `${engine} on ${accelerator.name} in ${weights}`;

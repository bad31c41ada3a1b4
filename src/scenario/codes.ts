/** Every code that the scenario room reports, with the rule behind it. `explain` prints the rule. */
export const CODES = {
  E1001: 'The file cannot be read.',
  E1002: 'The file is not a scenario: it is empty, binary, too large, or not a map of keys at the top.',
  E1003: 'The text is not valid YAML.',
  E1004: 'A key stands twice in the same map; only one could count.',
  E1005: 'A YAML alias refers to nothing, or aliases expand to more than a scenario may hold.',
  E1101: 'A number is outside what is possible for this key.',
  E1102: 'The value has the wrong type or shape.',
  E1103: 'A quantity needs a unit; bare numbers are refused so that seconds are never taken for milliseconds.',
  E1104: 'The unit does not belong to this kind of quantity.',
  E1105: 'The value is not one of those that are possible here.',
  E1201: 'A required key is missing.',
  E1203: 'The key is unknown here. Keys are never ignored.',
  E1204: 'The name is not allowed: letters, digits, "-" and "_", starting with a letter or digit.',
  E1301: 'Exactly one of several keys must be given.',
  E1302: 'The name refers to something that the scenario does not define.',
  E1303: 'Two keys contradict each other.',
  E1401: 'A file that the scenario refers to does not exist or cannot be read.',
  E1402: 'A file that the scenario refers to does not have the expected content.',
  E1501: 'The key is documented, but its effect is not built yet. It is refused, never ignored.',
  E1601: 'A --set argument does not name anything in the scenario, or is not path=value.',
  E2000: 'The command line is not one that the verb understands.',
  E2001: 'A flag or a file given on the command line cannot be used.',
  W1701: 'Something was assumed that changes the answer much.',
  W1702: 'Something is described but has no effect.',
} as const;

export type ProblemCode = keyof typeof CODES;

/**
 * Charts are drawn with a stand-in colour for each role; afterwards each becomes a CSS variable, so that one picture
 * serves light, dark and print. The stand-ins only have to differ from each other and from anything else in the SVG.
 */
export const ROLES = ['ink', 'muted', 'grid', 'paper', 'bad', 's1', 's2', 's3', 's4', 's5', 's6'] as const;
export type Role = (typeof ROLES)[number];

export const standIn = (role: Role): string => `#fe00${(ROLES.indexOf(role) + 16).toString(16)}`;

/** The order in which series take their colours. */
export const SERIES: readonly Role[] = ['s1', 's2', 's3', 's4', 's5', 's6'];

export const withVariables = (svg: string): string =>
  ROLES.reduce((text, role) => text.replaceAll(standIn(role), `var(--${role})`), svg);

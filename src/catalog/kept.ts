/** `make`, called at the first call and never again: later calls give what the first one made. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** The same for each name. */
export const perName = <T>(make: (name: string) => T): ((name: string) => T) => {
  const made = new Map<string, { readonly value: T }>();
  return (name) => {
    let entry = made.get(name);
    if (entry === undefined) made.set(name, (entry = { value: make(name) }));
    return entry.value;
  };
};

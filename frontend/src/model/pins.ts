import type { Renaming } from "./matching";

/**
 * The keys of pinned parameters among those of an outline. A parameter that was pinned while its run stood alone may
 * have the name of another run's parameter now.
 */
export function resolvePins(
  pins: readonly string[],
  isKnown: (key: string) => boolean,
  renamings: Iterable<Renaming>,
): Set<string> {
  const all = [...renamings];
  return new Set(
    pins.map((pin) => (isKnown(pin) ? pin : (renamed(pin, all).find(isKnown) ?? pin))),
  );
}

function renamed(pin: string, renamings: readonly Renaming[]): string[] {
  let parts: unknown;
  try {
    parts = JSON.parse(pin);
  } catch {
    return [];
  }
  if (!Array.isArray(parts)) return [];
  const [layer, ...rest] = parts;
  return renamings.flatMap(({ names }) => {
    const name = names.get(layer);
    return name === undefined ? [] : [JSON.stringify([name, ...rest])];
  });
}

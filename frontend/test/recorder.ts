import type { Painter } from "../src/paint/paint";

/** A context that notes what is painted. */
export function recorder() {
  const calls: [string, ...unknown[]][] = [];
  const context = new Proxy({} as Record<string, unknown>, {
    get: (target, name: string) =>
      target[name] ??
      ((...args: unknown[]) => {
        calls.push([name, ...args]);
        return { width: 20 };
      }),
    set: (target, name: string, value) => {
      calls.push([`${name}=`, value]);
      target[name] = value;
      return true;
    },
  });
  return { context: context as unknown as Painter, calls };
}

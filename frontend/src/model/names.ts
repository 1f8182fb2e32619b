import type { Parameter } from "./series";

/** The block a layer stands in: its path without the last part; empty for a layer of the top level. */
export function blockOf(layer: string): string {
  return layer.slice(0, lastSeparator(layer)).replace(/[/.]$/, "");
}

/** The last part of a layer's path. */
export function shortName(layer: string): string {
  return layer.slice(lastSeparator(layer));
}

function lastSeparator(layer: string): number {
  const at = Math.max(layer.lastIndexOf("/"), layer.lastIndexOf("."));
  return at < 0 || at === layer.length - 1 ? 0 : at + 1;
}

/** What a parameter is called beside its layer: `kernel`, `kernel gradient`. */
export function parameterTitle(parameter: Parameter): string {
  const { parameter: name, role } = parameter;
  return role === "gradient" || role === "update" ? `${name} ${role}` : name;
}

/** A parameter with its layer: `dense kernel`. */
export function fullTitle(parameter: Parameter): string {
  return `${parameter.layer} ${parameterTitle(parameter)}`;
}

/** The key under which the same parameter of several runs is compared. */
export function parameterKey(parameter: Parameter): string {
  return JSON.stringify([parameter.layer, parameter.parameter, parameter.role]);
}

/**
 * A predicate for what a person typed: part of a name, or a regular expression; case does not matter. Text that is no
 * expression (`conv(`) is searched for as it stands.
 */
export function matcher(typed: string): (name: string) => boolean {
  if (typed === "") return () => true;
  const text = typed.toLowerCase();
  const isPart = (name: string) => name.toLowerCase().includes(text);
  try {
    const pattern = new RegExp(typed, "iu");
    return (name) => pattern.test(name) || isPart(name);
  } catch {
    return isPart;
  }
}

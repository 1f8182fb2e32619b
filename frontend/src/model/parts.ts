/** Answers that took too long: they name the series that are to be asked for again. */

export interface Part {
  /** Tags of the series that the answer lacks. */
  unfinished: readonly string[];
}

/** TensorBoard takes addresses of 65,536 characters, servers before it often 8,192 only. */
const ADDRESS_CHARACTERS = 7000;

/** Those of the first tags that can be named in one address; a tag too long for any is left out. */
export function fitting(tags: readonly string[]): string[] {
  const some: string[] = [];
  let room = ADDRESS_CHARACTERS;
  for (const tag of tags) {
    const taken = `&${new URLSearchParams({ tag })}`.length;
    if (taken > ADDRESS_CHARACTERS) continue;
    room -= taken;
    if (room < 0) break;
    some.push(tag);
  }
  return some;
}

/**
 * Asks for everything, and for what is unfinished until nothing is that can be asked for.
 *
 * @param ask the question about some series, or about all.
 * @param join puts an answer and one about further series together.
 * @param early is given what is there so far.
 */
export async function inParts<T extends Part>(
  ask: (tags?: readonly string[]) => Promise<T>,
  join: (answer: T, more: T) => T,
  early: (answer: T) => void = () => {},
): Promise<T> {
  let answer = await ask();
  for (;;) {
    const tags = fitting(answer.unfinished);
    if (tags.length === 0) return answer;
    early(answer);
    const more = await ask(tags);
    if (more.unfinished.length >= tags.length) throw new Error("TensorBoard takes too long.");
    const named = new Set(tags);
    const others = answer.unfinished.filter((tag) => !named.has(tag));
    answer = { ...join(answer, more), unfinished: [...more.unfinished, ...others] };
  }
}

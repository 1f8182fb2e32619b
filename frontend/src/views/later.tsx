import { signal } from "@preact/signals";
import type { ComponentProps, FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { Failed } from "./empty";

type Second = typeof import("./second");
type Part = "DataPanel" | "Focus" | "LayerMap" | "Layers" | "Table";
type Of<Name extends Part> = FunctionComponent<ComponentProps<Second[Name]>>;

const LOST = "A part of the page could not be fetched. Is TensorBoard still running?";

/** The code that the page opened without; rejects with a sentence for a person. */
export async function second(): Promise<Second> {
  try {
    return await import("./second");
  } catch {
    throw new Error(LOST);
  }
}

const code = signal<Second | null>(null);
const failure = signal<string | null>(null);

/** A part of the page whose code is fetched when such a part is first shown. */
export function later<Name extends Part>(name: Name): Of<Name> {
  return function Later(props) {
    useEffect(() => {
      if (code.peek() !== null) return;
      second().then(
        (found) => {
          code.value = found;
        },
        (error: Error) => {
          failure.value = error.message;
        },
      );
    }, []);
    const Shown = code.value?.[name] as Of<Name> | undefined;
    if (Shown !== undefined) return <Shown {...props} />;
    // Browsers may remember that a file could not be had: only a new page asks again for certain.
    if (failure.value !== null)
      return <Failed text={failure.value} again={() => location.reload()} />;
    return (
      <p class="hint centred" role="status">
        Loading …
      </p>
    );
  };
}

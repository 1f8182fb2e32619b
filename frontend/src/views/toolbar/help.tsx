import { signal } from "@preact/signals";

export const keysShown = signal(false);

/** Opens and closes the list of keys. */
export function KeysButton() {
  return (
    <button
      type="button"
      class="help"
      aria-label="Keys"
      title="Keys (?)"
      aria-expanded={keysShown.value}
      onClick={() => {
        keysShown.value = !keysShown.value;
      }}
    >
      ?
    </button>
  );
}

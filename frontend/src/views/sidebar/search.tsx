import { change } from "../../chosen";
import { nextFrame } from "../../frame";
import { Icon } from "../icon";

interface Search {
  id: string;
  label: string;
  placeholder: string;
  /** What the button that empties it is called. */
  clear: string;
  value: string;
  onChange(value: string): void;
}

/** A field to search in, with a button that empties it. */
export function SearchField({ id, label, placeholder, clear, value, onChange }: Search) {
  return (
    <div class="search">
      <input
        id={id}
        type="search"
        placeholder={placeholder}
        aria-label={label}
        title={value || undefined}
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {value !== "" && (
        <button
          type="button"
          aria-label={clear}
          title={clear}
          onClick={() => {
            onChange("");
            document.getElementById(id)?.focus();
          }}
        >
          <Icon path="M3 4l1-1 4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4z" />
        </button>
      )}
    </div>
  );
}

export const LAYER_SEARCH = "layer-search";

/** Puts the cursor into the search for layers, with the sidebar opened for it. */
export function focusSearch(): void {
  change({ sidebar: true });
  nextFrame(focusSearch, () => {
    const field = document.getElementById(LAYER_SEARCH);
    if (field instanceof HTMLInputElement) {
      field.focus();
      field.select();
    }
  });
}

/** Whether a key is typed into a field and means nothing else. */
export function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && ["search", "text", "number"].includes(target.type))
  );
}

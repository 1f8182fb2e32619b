import { change, view } from "../../chosen";
import type { View } from "../../model/address";

/** One of a few: what it is, what it is called, and what it does. */
export interface Choice<T> {
  value: T;
  text: string;
  hint: string;
}

interface Props<T> {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  onChange(value: T): void;
}

/** A few choices side by side. */
export function Segmented<T extends string>({ label, choices, value, onChange }: Props<T>) {
  return (
    <fieldset class="segmented" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          title={choice.hint}
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.text}
        </button>
      ))}
    </fieldset>
  );
}

/** Choices in a list that opens. */
export function Select<T extends string>({ label, choices, value, onChange }: Props<T>) {
  return (
    <label class="select" title={choices.find((choice) => choice.value === value)?.hint}>
      {label}
      <select
        aria-label={label}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value as T)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} title={choice.hint}>
            {choice.text}
          </option>
        ))}
      </select>
    </label>
  );
}

type Texts = { [K in keyof View]: View[K] extends string ? K : never }[keyof View];

/** A part of the view that is one of a few; `also` changes with it. */
export function Setting<K extends Texts>(props: {
  of: K;
  label: string;
  choices: readonly Choice<View[K]>[];
  also?: Partial<View>;
}) {
  const { of, label, choices, also } = props;
  return (
    <Select
      label={label}
      choices={choices}
      value={view.value[of]}
      onChange={(value) => change({ ...also, [of]: value })}
    />
  );
}

import { signal } from "@preact/signals";
import { guessed, type Measure } from "../scene/text";

/** How wide texts are, in the fonts of the page as soon as these have been asked. */
export const measure = signal<Measure>(guessed);

/** What an element in the sources is bundled as: calls of `h` are shorter than those of a runtime, which also comes on top. */
export { Fragment, h } from "preact";

import { ROLES, type Role } from "./series";

export const KINDS = [...ROLES, "bias", "norm"] as const;
/** What a person shows or hides at once: a role, with biases and normalisation apart from other weights. */
export type Kind = Role | "bias" | "norm";

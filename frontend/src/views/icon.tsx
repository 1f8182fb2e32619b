/** A drawing on a square of 16, for a button that says in words what it does. */
export function Icon({ path, size = 12 }: { path: string; size?: number }) {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

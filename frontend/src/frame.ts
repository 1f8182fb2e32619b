const jobs = new Map<object, (now: number) => void>();
let requested = false;

/** Runs `job` in the next animation frame; of several jobs with one key only the last is run. */
export function nextFrame(key: object, job: (now: number) => void): void {
  jobs.set(key, job);
  if (requested) return;
  requested = true;
  requestAnimationFrame((now) => {
    requested = false;
    const due = [...jobs.values()];
    jobs.clear();
    for (const one of due) one(now);
  });
}

/** Takes back what was to run under a key. */
export function cancelFrame(key: object): void {
  jobs.delete(key);
}

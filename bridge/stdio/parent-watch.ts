/** Milliseconds between looks: well under the second within which the bridge must be gone. */
const LOOK_INTERVAL_MS = 250;

/**
 * Calls `orphaned` once when the process that started this one is gone. The end of stdin usually says so first, but
 * not where another process still holds the pipe, nor while stdin is paused; orphaned servers by the hundred are a
 * common complaint of MCP's users.
 *
 * @returns stops watching
 */
export function watchParent(orphaned: () => void): () => void {
  const parent = process.ppid;
  // Started by init itself (a container's first process): there is no parent that could go.
  if (parent <= 1) return () => undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(timer);
    orphaned();
  }, LOOK_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** On Windows a process keeps its parent's number when the parent ends. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

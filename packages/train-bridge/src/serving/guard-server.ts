import { spawn } from 'node:child_process';

/**
 * Reads until its input ends, which it does when this process is gone, however that ended. Then SIGTERM for the server, which
 * ends what it has started when it has finished; SIGTERM for what is left of its group; and SIGKILL when the time is over.
 */
const script = `cat > /dev/null
waitFor() {
  waited=0
  while [ "$waited" -lt "$2" ] && kill -s 0 -- "$1"; do
    sleep 1
    waited=$((waited + 1))
  done
}
kill -s TERM "$1" && waitFor "$1" "$2"
kill -s TERM -- "-$1" && waitFor "-$1" 5
kill -s KILL -- "-$1"`;

/**
 * Sees to it that a server does not outlive this process where this process is killed: no signal handler runs then, and vLLM
 * would keep its GPUs for ever.
 *
 * @param pid - of the server, which leads a process group
 * @returns the function that takes the guard away again
 */
export function guardServer(pid: number, { graceMs }: { readonly graceMs: number }): () => void {
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid), String(Math.ceil(graceMs / 1000))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no guard, and nothing else is different.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return () => {
    try {
      if (guard.pid !== undefined) process.kill(-guard.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
}

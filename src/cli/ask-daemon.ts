/** ask-daemon — what only the running daemon knows, asked at DOVETAIL_HTTP: counters in its memory. */

import type { Settings } from '../config/settings.ts';

const PATIENCE = 5000;

/** Rejects with one clear sentence where nobody answers. */
export async function askDaemon<T>(
  { http }: Pick<Settings, 'http'>,
  path: string,
  words: Readonly<Record<string, string>>,
): Promise<T> {
  if (http === null)
    throw new Error('the counters are in the memory of the daemon, whose DOVETAIL_HTTP is off');
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  const where = `http://${host}:${http.port}`;
  const away = `the counters are in the memory of the daemon, and it does not answer at ${where}`;
  const response = await fetch(`${where}${path}?${new URLSearchParams(words)}`, {
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => undefined);
  if (!response?.ok) throw new Error(away);
  return (await response.json()) as T;
}

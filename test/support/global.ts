/** global — what a whole test run shares: one folder, empty at the start and gone at the end.
 *
 * The PostgreSQL of the run lives in it. The first test that wants a database starts it, see
 * database.ts: a run of unit tests does not pay for it. */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Short, and open to the user who runs PostgreSQL. */
    runFolder: string;
  }
}

let folder: string;

export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp('/tmp/dovetail-test-');
  await chmod(folder, 0o711);
  project.provide('runFolder', folder);
}

/** Servers stop when the workers that hold them end; that may be a moment ago. */
export const teardown = (): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

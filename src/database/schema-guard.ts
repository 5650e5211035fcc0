/** schema-guard — keeps a daemon from reading a schema that it would misread.
 *
 * Checked at the start, and again whenever the database came back or announced that everything
 * changed, which a migration does. A database that is away is no verdict. */

import { unreachable } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { type Compatibility, checkCompatible } from './migrate.ts';

export interface SchemaGuard {
  /** False until a check has seen a schema that fits. */
  fits(): boolean;
  /** The check at the start: rejects with one clear sentence when the schema does not fit. */
  checkAtStart(): Promise<void>;
  /** Every later check. Never rejects: see `mustEnd` and the log. */
  checkAgain(): Promise<void>;
  /** Resolves with the reason when a newer dovetail has left nothing for this one to read. */
  readonly mustEnd: Promise<string>;
}

type Verdict =
  | { readonly kind: 'fits'; readonly warning?: string }
  | { readonly kind: 'wait'; readonly why: string }
  | { readonly kind: 'end'; readonly why: string };

export function createSchemaGuard({ url, log }: { url: string; log: Log }): SchemaGuard {
  let isFitting = false;
  let end: (why: string) => void;
  const mustEnd = new Promise<string>((resolve) => {
    end = resolve;
  });

  /** Undefined: the database is away. */
  async function judge(): Promise<Verdict | undefined> {
    try {
      return verdictOn(await checkCompatible({ url }));
    } catch (error) {
      log.warn('schema.unchecked', { why: reasonOf(error) });
      return undefined;
    }
  }

  function accept(verdict: Verdict & { kind: 'fits' }): void {
    isFitting = true;
    if (verdict.warning) log.warn('schema.newer', { why: verdict.warning });
  }

  return {
    fits: () => isFitting,
    mustEnd,
    async checkAtStart() {
      const verdict = await judge();
      if (verdict && verdict.kind !== 'fits') throw new Error(verdict.why);
      if (verdict) accept(verdict);
    },
    async checkAgain() {
      const verdict = await judge();
      if (!verdict) return;
      if (verdict.kind === 'fits') return accept(verdict);
      log.error('schema.unfit', { why: verdict.why });
      if (verdict.kind === 'end') end(verdict.why);
    },
  };
}

function verdictOn(found: Compatibility): Verdict {
  switch (found.kind) {
    case 'ok':
      return { kind: 'fits' };
    case 'newer':
      return { kind: 'fits', warning: `a newer dovetail has applied ${found.unknown.join(', ')}` };
    case 'behind':
      return { kind: 'wait', why: `the schema is older than this dovetail: run dovetail migrate up` };
    case 'breaking':
      return {
        kind: 'end',
        why: `a newer dovetail has applied ${found.unknown.join(', ')}, which this one would misread: install the newer one`,
      };
    default:
      return unreachable(found);
  }
}

/** doveadm — has a Dovecot forget logins that its auth cache holds, end open sessions, and say what mailboxes hold.
 *
 * source   doveadm's HTTP API, POST /doveadm/v1: [["kick",{"mask":["alice"]},"tag"]]; tried with Dovecot
 *          2.3.19 and 2.4.1. First the cache, then the sessions: else one that was ended comes in again.
 *          quotaGet reads the indexes of a mailbox; of several quotas the first counts, as for quota_clone
 * limits   one mask a `kick`: of two, 2.3 says that it is wrong usage and 2.4.1 crashes
 * security the key opens everything: it is in no log and no error; a redirect is not followed
 * bugs     Dovecot 2.4.1 crashes its doveadm on each authCacheFlush (doveadm_cmd_param_str: assertion
 *          failed). So it is a request of its own, and its failure does not keep us from the sessions */

import { type Answer, absent, found, later } from '../base/answer.ts';
import type { Milliseconds } from '../base/clock.ts';
import { reasonOf } from '../base/text.ts';

export interface Revoked {
  /** The mask of a login name (auth/kick-mask.ts), or `*@domain`. */
  readonly login: string;
  /** All names by which its logins may be cached; none: forget everybody's. */
  readonly names: readonly string[];
}

export interface Kicked {
  /** Why Dovecot's auth cache may still hold old logins. */
  readonly notFlushed?: string;
  /** The logins whose sessions may still be open, and why. */
  readonly failed: readonly string[];
  readonly why?: string;
}

/** What Dovecot itself counts in a mailbox. */
export interface Counted {
  /** In KiB, rounded up. */
  readonly kibibytes: number;
  readonly messages: number;
}

export interface Doveadm {
  /** Never rejects. */
  revoke(revoked: readonly Revoked[]): Promise<Kicked>;
  /** By login name; absent: this Dovecot knows nobody of that name. Rejects when it does not answer. */
  count(logins: readonly string[]): Promise<ReadonlyMap<string, Answer<Counted>>>;
}

export interface DoveadmParts {
  /** `http://127.0.0.1:8281` */
  readonly url: string;
  readonly key: string;
  readonly timeout: Milliseconds;
}

type Command = readonly [
  name: string,
  /** A user is no list: quotaGet of either version crashes on one. */
  parameters: Readonly<Record<string, string | readonly string[]>>,
  tag: string,
];
interface Reply {
  readonly isError: boolean;
  readonly tag: string;
  readonly why: string;
  /** What the command printed. */
  readonly said: unknown;
}

/** EX_NOHOST in 2.3: nobody of that name is logged in. */
const NOBODY = 'exit code 68';
/** EX_NOUSER. */
const UNKNOWN = 'exit code 67';

export function createDoveadm({ url, key, timeout }: DoveadmParts): Doveadm {
  async function post(commands: readonly Command[]): Promise<readonly Reply[]> {
    const response = await fetch(`${url}/doveadm/v1`, {
      method: 'POST',
      headers: {
        authorization: `X-Dovecot-API ${Buffer.from(key).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(commands),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status}`);
    }
    return readReplies(await response.json());
  }

  return {
    async revoke(revoked) {
      const everybody = revoked.some(({ names }) => names.length === 0);
      const user = everybody ? [] : revoked.flatMap(({ names }) => names);
      const notFlushed = await post([['authCacheFlush', { user }, 'flush']]).then(
        (replies) => replies.find(({ isError }) => isError)?.why,
        reasonOfFetch,
      );
      const kicked = await kick(revoked.map(({ login }) => login));
      return { ...kicked, ...(notFlushed !== undefined && { notFlushed }) };
    },
    async count(logins) {
      const questions: Command[] = logins.map((user, n) => ['quotaGet', { user }, String(n)]);
      const replies = await post(questions).catch((error: unknown) => {
        throw new Error(`doveadm: ${reasonOfFetch(error)}`);
      });
      const byTag = new Map(replies.map((reply) => [reply.tag, reply]));
      return new Map(logins.map((login, n) => [login, countedIn(byTag.get(String(n)))]));
    },
  };

  async function kick(logins: readonly string[]): Promise<Kicked> {
    try {
      const replies = await post(logins.map((login, n) => ['kick', { mask: [login] }, String(n)]));
      const done = new Set(
        replies.filter(({ isError, why }) => !isError || why === NOBODY).map(({ tag }) => tag),
      );
      const failed = logins.filter((_, n) => !done.has(String(n)));
      if (failed.length === 0) return { failed };
      const why = replies.find(({ isError, why }) => isError && why !== NOBODY)?.why;
      return { failed, why: why ?? 'no answer to a kick' };
    } catch (error) {
      return { failed: logins, why: reasonOfFetch(error) };
    }
  }
}

/** `fetch failed` has its reason inside. */
const reasonOfFetch = (error: unknown): string =>
  reasonOf(error instanceof TypeError && error.cause !== undefined ? error.cause : error);

/** `[["doveadmResponse",[…],"tag"],["error",{"type":"exitCode","exitCode":68},"tag"]]` */
function readReplies(body: unknown): readonly Reply[] {
  if (!Array.isArray(body)) throw new Error('the answer is not that of doveadm');
  return body.map((reply: unknown) => {
    const [kind, about, tag] = Array.isArray(reply) ? (reply as unknown[]) : [];
    const { type, exitCode } = (about ?? {}) as { type?: unknown; exitCode?: unknown };
    const why = type === 'exitCode' ? `exit code ${Number(exitCode)}` : 'doveadm does not know the command';
    return { isError: kind !== 'doveadmResponse', tag: String(tag), why, said: about };
  });
}

/** `[{"root":"User quota","type":"STORAGE","value":"2",…},{"root":"User quota","type":"MESSAGE","value":"4",…}]` */
function countedIn(reply: Reply | undefined): Answer<Counted> {
  if (!reply) return later('doveadm: no answer to quotaGet');
  if (reply.isError) return reply.why === UNKNOWN ? absent : later(`doveadm: ${reply.why}`);
  const lines = Array.isArray(reply.said) ? (reply.said as { type?: unknown; value?: unknown }[]) : [];
  const amountOf = (wanted: string): number => {
    const value = lines.find((line) => line?.type === wanted)?.value;
    return typeof value === 'string' && /^\d{1,13}$/u.test(value) ? Number(value) : Number.NaN;
  };
  const [kibibytes, messages] = [amountOf('STORAGE'), amountOf('MESSAGE')];
  if (Number.isNaN(kibibytes + messages)) return later('doveadm: Dovecot counts no quota of this user');
  return found({ kibibytes, messages });
}

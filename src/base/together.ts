/** together — questions that come in one turn of the event loop share a call, which costs more than a
 * question does. */

export interface TogetherParts<Q, A> {
  /** Only questions of one group share a call: in a cluster, those whose keys lie together. */
  groupOf(question: Q): string;
  /** Answers in the order asked. */
  call(questions: readonly Q[]): Promise<readonly A[]>;
}

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/** Who is asked is at work on one call while we prepare the next. */
const MOST = 16;

export function createTogether<Q, A>({ groupOf, call }: TogetherParts<Q, A>): (question: Q) => Promise<A> {
  const waiting = new Map<string, Waiting<Q, A>[]>();

  function send(group: string): void {
    const all = waiting.get(group) ?? [];
    waiting.delete(group);
    if (all.length > 0) void answer(all);
  }

  async function answer(all: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const answers = await call(all.map(({ question }) => question));
      for (const [n, { resolve }] of all.entries()) resolve(answers[n] as A);
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      const group = groupOf(question);
      const others = waiting.get(group);
      if (!others) setImmediate(send, group);
      const all = others ?? [];
      all.push({ question, resolve, reject });
      waiting.set(group, all);
      if (all.length < MOST) return;
      waiting.set(group, []);
      void answer(all);
    });
}

/** policy-recording — a file of policy requests, as Postfix sends them: attributes, and an empty line behind each. */

import type { Recorded, Recording } from '../policy/replay/recorded.ts';
import { parsePolicyRequest } from './policy-request.ts';

/** Postfix sends some thirty. */
const MAX_ATTRIBUTES = 1000;

export function createPolicyRecording(): Recording {
  let lines: string[] = [];
  const skipped = new Map<string, number>();

  function whole(): readonly Recorded[] {
    if (lines.length === 0) return [];
    const parsed = parsePolicyRequest(lines.join('\n'));
    lines = [];
    if (parsed.kind === 'request') return [{ at: undefined, request: parsed.request, fate: undefined }];
    skipped.set(parsed.why, (skipped.get(parsed.why) ?? 0) + 1);
    return [];
  }

  return {
    take(line) {
      if (line === '') return whole();
      if (lines.length < MAX_ATTRIBUTES) lines.push(line);
      return [];
    },
    end: whole,
    skipped,
  };
}

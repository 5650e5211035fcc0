/** endpoints — where the daemon listens, and what it grants its peers there, from the settings. */

import { seconds } from './base/clock.ts';
import type { Settings } from './config/settings.ts';
import { tables } from './lookup/tables/index.ts';
import { createDoveadm, type Doveadm } from './net/doveadm.ts';
import { type Endpoint, endpointsFor, type Handed, type HandedEndpoint } from './net/endpoint.ts';
import type { Limits } from './net/limits.ts';

/** Where auth-worker listens: only where somebody holds the socket while we are away, for a Dovecot
 * that is refused a connection asks nobody any more, until it is reloaded. */
export function heldSockets({ authWorker }: Settings, handed: readonly Handed[]): readonly HandedEndpoint[] {
  const held = endpointsFor('auth-worker', [], handed).filter((endpoint) => endpoint.kind === 'handed');
  if (authWorker === 'on' && held.length === 0) {
    throw new Error(
      'DOVETAIL_AUTH_WORKER is on and systemd does not hold its socket: enable dovetail-auth-worker.socket, or turn it off',
    );
  }
  return held;
}

export const limitsOf = ({ answerDeadline, drainTime, maxConnections }: Settings): Partial<Limits> => ({
  answerDeadline,
  drainTime,
  maxConnections,
});

export const httpOf = ({ http }: Settings): Endpoint[] => (http === null ? [] : [{ kind: 'inet', ...http }]);

export function endpointsOf(
  settings: Settings,
  name: 'socketmap' | 'policy' | 'login' | 'auth' | 'dict',
): Endpoint[] {
  const { runDir, socketMode: mode, socketGroup: group } = settings;
  const unix: Endpoint = {
    kind: 'unix',
    path: `${runDir}/${name}.sock`,
    mode,
    ...(group === null ? {} : { group }),
  };
  const inet = name === 'dict' ? null : settings[`${name}Inet`];
  return inet ? [unix, { kind: 'inet', ...inet }] : [unix];
}

/** Throws one clear sentence about a map that is none, or that must not be read by whoever reaches the port. */
export function tcpTablesOf({ tcpTables }: Settings): readonly { map: string; endpoint: Endpoint }[] {
  return tcpTables.map(({ map, host, port }) => {
    const table = tables.find(({ name }) => name === map);
    if (!table) throw new Error(`DOVETAIL_TCP_TABLES names ${map}, which is no map`);
    if (table.isSecret) {
      throw new Error(`DOVETAIL_TCP_TABLES names ${map}, whose secrets may not be read over TCP`);
    }
    return { map, endpoint: { kind: 'inet', host, port } };
  });
}

/** Throws one clear sentence when the key is missing: without it each request would be refused. */
export function doveadmsOf({ doveadmUrls, doveadmApiKey: key }: Settings): Readonly<Record<string, Doveadm>> {
  if (doveadmUrls.length > 0 && key === null) {
    throw new Error('DOVETAIL_DOVEADM_URLS needs DOVETAIL_DOVEADM_API_KEY beside it');
  }
  const timeout = seconds(5);
  return Object.fromEntries(doveadmUrls.map((url) => [url, createDoveadm({ url, key: key ?? '', timeout })]));
}

/** main — the composition root of the daemon: services → listeners → drain.
 *
 * Starts without its database too: every answer is then `later`, until the database is there and
 * its schema is known to fit. It ends by SIGTERM or SIGINT, after a drain, or when a newer
 * dovetail has migrated the schema to something that this one would misread. SIGHUP has it reload
 * its settings (config/reload.ts). `startDaemon` is long because it is one list: what is made of what. */

import { introspect } from './auth/introspect.ts';
import { createRevocation } from './auth/revocation.ts';
import { type Clock, hours, minutes, seconds } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { createSparingLog } from './base/sparing-log.ts';
import { createTally } from './base/tally.ts';
import { openCertificateFolder } from './config/certificate-folder.ts';
import { openKeyFile } from './config/key-file.ts';
import { createReload } from './config/reload.ts';
import type { Settings, SettingsOutcome } from './config/settings.ts';
import { keepAuditMonths } from './database/audit-months.ts';
import { keepEvents } from './database/event-retention.ts';
import { createListener } from './database/listen.ts';
import { createSchemaGuard } from './database/schema-guard.ts';
import { doveadmsOf, endpointsOf, heldSockets, httpOf, limitsOf, tcpTablesOf } from './endpoints.ts';
import type { Following } from './follow/follow.ts';
import type { HttpListening } from './http/serve.ts';
import { type Endpoint, endpointsFor, handedSockets } from './net/endpoint.ts';
import type { Limits } from './net/limits.ts';
import { createNotifier, reloading } from './net/readiness.ts';
import { pathOfSocket, type SelfWatch, watchSelf } from './net/self-test.ts';
import { type Listening, serveProtocol } from './net/serve.ts';
import { feedWatchdog, watchdogEvery } from './net/watchdog.ts';
import { openHttp } from './open-http.ts';
import { openMailLog } from './open-mail-log.ts';
import { authClient } from './protocol/auth-client.ts';
import { authWorker, selfTest } from './protocol/auth-worker.ts';
import { dict } from './protocol/dict.ts';
import { authDict } from './protocol/dict-auth.ts';
import { lastLoginDict } from './protocol/dict-last-login.ts';
import { quotaDict } from './protocol/dict-quota.ts';
import { login } from './protocol/login.ts';
import { policy } from './protocol/policy.ts';
import type { Protocol } from './protocol/protocol.ts';
import { socketmap } from './protocol/socketmap.ts';
import { tcpTable } from './protocol/tcp-table.ts';
import { createReadiness } from './readiness.ts';
import { createServices } from './services.ts';

export interface Daemon {
  /** Where it listens. */
  readonly addresses: readonly string[];
  /** Drains and closes everything. Never rejects. */
  close(): Promise<void>;
  /** Reads the settings again, puts in force what it can, and tells systemd. */
  reload(): Promise<void>;
  /** Resolves with the reason when the daemon must end by itself. */
  readonly mustEnd: Promise<string>;
}

export interface DaemonParts {
  readonly settings: Settings;
  /** The settings as they are now, for a reload; without it they stay what they are. */
  readonly readSettings?: () => Promise<SettingsOutcome>;
  /** Hears the settings that a reload has put in force. */
  readonly onSettings?: (settings: Settings) => void;
  /** The database's URL. */
  readonly url: string;
  /** LISTEN_FDS and its kind, NOTIFY_SOCKET, WATCHDOG_USEC. */
  readonly systemd: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rejects with one clear sentence when a socket cannot be had or the schema does not fit. */
export async function startDaemon(parts: DaemonParts): Promise<Daemon> {
  const { settings, url, systemd, clock, log } = parts;
  const doveadms = doveadmsOf(settings);
  const tcpTables = tcpTablesOf(settings);
  const notify = createNotifier({ socket: systemd.NOTIFY_SOCKET, log });
  const schema = createSchemaGuard({ url, log });
  await schema.checkAtStart();
  const services = createServices({
    settings,
    url,
    clock,
    log,
    keyFile: openKeyFile,
    certificateFile: openCertificateFolder(settings),
    mayRead: schema.fits,
    mayWrite: true,
  });
  // In an outage every lookup would have its line.
  const sparing = createSparingLog(log, { clock });
  const revocation = createRevocation({
    ...services,
    doveadms,
    mayRead: schema.fits,
    againAfter: settings.answerDeadline + seconds(1),
    clock,
    log: sparing,
  });
  const listener = createListener({
    url,
    log,
    onKeys: services.forget,
    onEverything() {
      services.forgetEverything();
      void schema.checkAgain();
    },
    onEvents: revocation.wake,
    onLost: () => services.listening(false),
    onListening() {
      services.listening(true);
      revocation.wake();
      void schema.checkAgain();
    },
  });

  const lookups = createTally();
  const saslTally = createTally();
  const policyTally = createTally();
  const lines = createTally();
  const readiness = createReadiness({ database: services.database, fits: schema.fits, clock });
  const open: Listening[] = [];
  let http: HttpListening | undefined;
  let mailLog: Following | undefined;
  let inForce = settings;
  let starve = (): void => {};
  const auditMonths = keepAuditMonths({ url, log, mayRun: schema.fits });
  const { database } = services;
  const events = keepEvents({ database, log, mayRun: schema.fits, keepFor: settings.eventRetention });
  const closeAll = async (): Promise<void> => {
    schema.close();
    auditMonths.close();
    events.close();
    readiness.drain();
    await notify('STOPPING=1');
    services.drain();
    await Promise.all([...open, ...(http ? [http] : [])].map((listening) => listening.close()));
    revocation.close();
    await mailLog?.close();
    await Promise.all([listener.close(), services.close()]);
    starve();
  };

  const handed = handedSockets(systemd, process.pid);
  const watches: SelfWatch[] = [];
  const serveAt = async <M>(
    protocol: Protocol<M>,
    configured: readonly Endpoint[],
    own: Partial<Limits> = {},
  ): Promise<void> => {
    for (const endpoint of endpointsFor(protocol.name, configured, handed)) {
      const limits = { ...limitsOf(settings), ...own };
      open.push(await serveProtocol({ protocol, endpoint, log, clock, limits }));
    }
  };

  const patient = { idleLimit: Number.POSITIVE_INFINITY };
  try {
    const { lookup, replies } = services;
    await serveAt(
      socketmap({ lookup, replies, tally: lookups, log: sparing }),
      endpointsOf(settings, 'socketmap'),
    );
    // smtpd_policy_service_max_ttl is 1000 s: it shall be Postfix that closes, else it asks again a second later.
    await serveAt(
      policy({ decide: services.policy.decide, tally: policyTally, log: sparing }),
      endpointsOf(settings, 'policy'),
      { idleLimit: minutes(30) },
    );
    for (const { map, endpoint } of tcpTables) {
      // Postfix keeps its connection for as long as the process lives.
      await serveAt(tcpTable({ map, lookup, tally: lookups, log: sparing }), [endpoint], patient);
    }
    await serveAt(login({ ...services.logins, log: sparing }), endpointsOf(settings, 'login'));
    const { mechanisms, ...sasl } = services.sasl;
    const auth = { mechanisms, services: sasl, temporaryBy: settings.authTempfail, spid: process.pid };
    // A Postfix that finds its connection closed tells the next client to come again.
    const quiet = { idleLimit: hours(24) };
    await serveAt(
      authClient({ ...auth, tally: saslTally, log: sparing }),
      endpointsOf(settings, 'auth'),
      quiet,
    );
    const dicts = {
      auth: authDict(services.logins),
      quota: quotaDict(services.usage.record),
      lastlogin: lastLoginDict(services.seen),
    };
    await serveAt(dict({ dicts, log: sparing }), endpointsOf(settings, 'dict'));
    mailLog = openMailLog(settings, services.bounces, { clock, log, tally: lines });
    const held = heldSockets(settings, handed);
    // Dovecot keeps its last connection for ever, and a question under which it ends is a login that fails.
    await serveAt(authWorker({ ...services.logins, log: sparing }), [], patient);
    for (const { fd } of held) {
      watches.push(await watchSelf({ path: pathOfSocket(fd), question: selfTest, log }));
    }
    const [atHttp] = endpointsFor('http', httpOf(settings), handed);
    if (atHttp) {
      http = await openHttp({
        endpoint: atHttp,
        services: {
          notReady: readiness.reasons,
          guessing: services.guessing,
          authPolicyKey: settings.authPolicyKey,
          findings: services.findings,
          limits: services.limits,
          introspect: (token) => introspect(token, services.logins),
        },
        counted: {
          ...services.counts,
          lookups,
          sasl: saslTally,
          policyAnswers: policyTally,
          revocations: revocation.counts,
          isReady: readiness.wasReady,
          mailLog: { isFollowed: () => mailLog?.isReading() ?? false, lines },
          traffic: () => open.map((one) => ({ ...one.traffic(), protocol: one.protocol })),
        },
        answerDeadline: () => inForce.answerDeadline,
        drainTime: () => inForce.drainTime,
        log: sparing,
      });
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const addresses = [...open, ...(http ? [http] : [])].flatMap(({ address }) => address ?? []);
  log.info('daemon.ready', { addresses });
  const status = `STATUS=Answering at ${addresses.join(', ')}` as const;
  await notify('READY=1', status);
  const every = watchdogEvery(systemd, process.pid);
  if (every !== undefined) starve = feedWatchdog(every, notify);

  const readAgain = createReload({
    settings,
    read: parts.readSettings ?? (async () => ({ kind: 'ok', settings, warnings: [] })),
    apply(next) {
      inForce = next;
      services.apply(next);
      for (const listening of open) listening.limit(limitsOf(next));
      parts.onSettings?.(next);
    },
    log,
  });
  const reload = async (): Promise<void> => {
    await notify(...reloading());
    let outcome = 'the reload failed';
    try {
      outcome = await readAgain();
    } finally {
      await notify('READY=1', `${status}; ${outcome}`);
    }
  };
  const mustEnd = Promise.race([schema.mustEnd, ...watches.map(({ silent }) => silent)]);
  return { addresses, close: closeAll, reload, mustEnd };
}

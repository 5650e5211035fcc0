/** reload — reads the settings again, and takes over what can be changed while the daemon runs.
 *
 * Bad settings change nothing: each problem is logged, and what was in force stays. What only a
 * restart can change stays too, and is named at each reload until then. The environment of a
 * process is that of its start, so that what stands there needs a restart in any case. */

import type { Log } from '../base/log.ts';
import type { Settings, SettingsOutcome } from './settings.ts';
import { showSetting } from './settings-page.ts';
import { keyOf, type Setting, settingRows } from './settings-table.ts';

export interface ReloadParts {
  /** Those in force at the start. */
  readonly settings: Settings;
  readonly read: () => Promise<SettingsOutcome>;
  /** Puts these in force. */
  readonly apply: (settings: Settings) => void;
  readonly log: Log;
}

/** Resolves with what became of it, for people. Rejects only for a bug. */
export type Reload = () => Promise<'settings reloaded' | 'settings refused: the old ones are in force'>;

export function createReload({ settings, read, apply, log }: ReloadParts): Reload {
  let inForce = settings;
  return async () => {
    const outcome = await read();
    if (outcome.kind === 'invalid') {
      log.error('settings.refused', { problems: outcome.problems });
      return 'settings refused: the old ones are in force';
    }
    for (const why of outcome.warnings) log.warn('settings.warning', { why });
    const different = differences(inForce, outcome.settings);
    const pinned = different.filter(([, row]) => !row.live && !row.pending);
    if (pinned.length > 0)
      log.warn('settings.need_restart', { settings: pinned.map(([, row]) => keyOf(row)) });
    const live = different.filter(([, row]) => row.live);
    inForce = { ...inForce, ...Object.fromEntries(live.map(([name]) => [name, outcome.settings[name]])) };
    apply(inForce);
    const changed = live.map(([name, row]) => [keyOf(row), showSetting(row, inForce[name])] as const);
    log.info('settings.reloaded', { changed: Object.fromEntries(changed) });
    return 'settings reloaded';
  };
}

/** Values are plain; as a person would write them they are the same or they differ. */
function differences(one: Settings, other: Settings) {
  const written = (row: Setting<unknown>, value: unknown): string => row.kind.show(value);
  return settingRows.filter(([name, row]) => written(row, one[name]) !== written(row, other[name]));
}

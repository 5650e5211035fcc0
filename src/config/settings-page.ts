/** settings-page — the settings in words: docs/settings.md, and what `--help` points to. */

import { STANDARD_FILE } from './settings-file.ts';
import { keyOf, type Setting, type Settings, settingRows } from './settings-table.ts';

/** The reference page, in Markdown. docs/settings.md is this text; a test compares them. */
export function describeSettings(): string {
  return `# Settings

<!-- Made from src/config/settings.ts; do not edit. -->

dovetail reads environment variables and one YAML file (\`--config FILE\`, else \`DOVETAIL_CONFIG\`, else
\`${STANDARD_FILE}\` when it exists). A variable wins over the file. An unknown or invalid setting stops the start,
with all problems listed.

SIGHUP (\`systemctl reload dovetail\`) makes the daemon read the file again. Bad settings change nothing; what only a restart changes is named in the log.
The environment of a process is that of its start: put into the file what you want to reload.

\`\`\`yaml
# ${STANDARD_FILE}
database_url: postgresql://dovetail@db.example.org/mail
socket_group: dovetail
log_level: info
\`\`\`

${settingRows.map(([, row]) => describe(row)).join('\n')}`;
}

function describe(row: Setting<unknown>): string {
  const fallback = row.fallbackWords ?? `\`${row.kind.show(row.fallback)}\``;
  const pending = row.pending ? ' Accepted, but without effect in this version.' : '';
  const secret = row.secret ? ' Never shown or logged.' : '';
  return `## ${row.env}

${row.words}${pending}${secret}

- in the file: \`${keyOf(row)}\`
- value: ${row.kind.form}
- default: ${fallback}
- changed by: ${row.live ? 'a reload' : 'a restart'}
`;
}

/** The settings in force as `key: value`, for the log and `doctor`; secrets only as set or not. */
export function showSettings(settings: Settings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    settingRows.map(([name, row]) => [keyOf(row), showSetting(row, settings[name])] as const),
  );
}

/** A value as a person would write it; a secret one only as set or not. */
export const showSetting = (row: Setting<unknown>, value: unknown): string =>
  row.secret && value !== null ? '(set)' : row.kind.show(value);

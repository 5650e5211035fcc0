/** salt-secret — the SQL of the secret of which nobody's salts are made (auth/read.ts): no lookup by a key. */

import type { Statement } from './statement.ts';

export interface SaltSecretRow {
  /** Never for a log. */
  readonly secret: Buffer;
}

/** One row. */
export const saltSecret: Statement = {
  name: 'salt_secret',
  text: `
select secret
from unified.lookup_salt_secret`,
};

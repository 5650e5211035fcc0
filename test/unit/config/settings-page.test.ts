import { expect, test } from 'vitest';
import { describeSettings } from '../../../src/config/settings-page.ts';

test('docs/settings.md tells the settings as they are (re-make it: npx vitest run test/unit/config -u)', async () => {
  await expect(describeSettings()).toMatchFileSnapshot('../../../docs/settings.md');
});

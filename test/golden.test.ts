import { describe, expect, test } from 'vitest';
import { reporters } from '../src/reporters/index.ts';
import type { RenderOptions } from '../src/reporters/reporter.ts';
import { audited } from './support/audited.ts';

const options: RenderOptions = { width: 100, color: false, unicode: true, show: 'worst', sarifProfile: 'full', environment: {} };
const goldens: Readonly<Record<string, readonly string[]>> = {
  healthy: ['table'],
  neglected: ['table', 'json', 'sarif'],
  'locked-out': ['table'],
  partial: ['table', 'json'],
};

/** The whole, as people and programs get it. 'npm run golden' writes these files; the diff is to be read. */
describe.each(Object.entries(goldens))('the shipped snapshot %s', (name, formats) => {
  test.each(formats)('as %s', async (format) => {
    const report = await audited(name);
    const render = await reporters[format]?.load();
    const text = [...(render?.(report, options) ?? [])].join('');
    await expect(text).toMatchFileSnapshot(`golden/${name}.${format === 'table' ? 'txt' : format}`);
  });
});

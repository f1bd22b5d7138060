import { expect, test } from 'vitest';
import { tableOf } from '../../src/reporters/columns.ts';

const columns = [
  { name: 'Chapter', cells: ['Netze', '漢字'] },
  { name: 'Score', cells: ['100', '–'] },
  { name: 'Pass', cells: ['3', '·'], drop: 1 },
  { name: 'Manual', cells: ['1', '12'], drop: 2 },
];

test.each([
  [80, ['Chapter  Score  Pass  Manual', 'Netze      100     3       1', '漢字         –     ·      12']],
  [25, ['Chapter Score Pass Manual', 'Netze     100    3      1', '漢字        –    ·     12']],
  [20, ['Chapter  Score  Pass', 'Netze      100     3', '漢字         –     ·']],
  [5, ['Chapter Score', 'Netze     100', '漢字        –']],
])('in %i columns', (width, lines) => {
  expect(tableOf(columns, width)).toEqual(lines);
});

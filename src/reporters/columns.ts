import { widthOf } from './width.ts';

/** One column of a table: its name and its cells. */
export interface Column {
  name: string;
  cells: readonly string[];
  /** What goes when the page is too narrow for all: the highest number first; columns without one stay. */
  drop?: number;
}

/**
 * The lines of a table, its names first: the first column to the left, the others to the right. On a narrow page
 * columns stand closer, then the least of them are left out.
 */
export function tableOf(columns: readonly Column[], width: number): string[] {
  for (let shown = [...columns]; ; shown = withoutLeast(shown)) {
    const widths = shown.map(({ name, cells }) => Math.max(...[name, ...cells].map((cell) => widthOf(cell))));
    const total = widths.reduce((sum, each) => sum + each, 0);
    const gap = [2, 1].find((space) => total + space * (shown.length - 1) <= width);
    if (gap === undefined && shown.some(({ drop }) => drop !== undefined)) continue;
    const rows = [shown.map(({ name }) => name), ...(columns[0]?.cells ?? []).map((_, row) => shown.map(({ cells }) => cells[row] ?? ''))];
    return rows.map((row) => row.map((cell, at) => padded(cell, widths[at] ?? 0, at === 0)).join(' '.repeat(gap ?? 1)));
  }
}

function withoutLeast(columns: readonly Column[]): Column[] {
  const least = Math.max(...columns.map(({ drop }) => drop ?? 0));
  return columns.filter(({ drop }) => drop === undefined || drop < least);
}

function padded(text: string, width: number, left: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return left ? text + space : space + text;
}

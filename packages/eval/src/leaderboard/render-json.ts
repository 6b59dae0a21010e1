import type { Board } from './board.ts';

/** `LEADERBOARD.json`. */
export function renderJson(board: Board): string {
  return `${JSON.stringify(board, null, 2)}\n`;
}

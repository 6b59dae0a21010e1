// Follows the system until a theme is chosen, and remembers the choice where the browser lets it.
const themes = ['auto', 'light', 'dark'] as const;
const key = 'scalequest-leaderboard-theme';
const root = document.querySelector<HTMLElement>('#theme');
const boxes = [...(root?.querySelectorAll('input') ?? [])];

function choose(value: string | null | undefined): void {
  const theme = themes.find((known) => known === value) ?? 'auto';
  for (const box of boxes) box.checked = box.value === theme;
  document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // A page from a file may have no storage.
  }
}

root?.addEventListener('change', () => choose(boxes.find(({ checked }) => checked)?.value));
try {
  choose(localStorage.getItem(key));
} catch {
  choose('auto');
}
if (root !== null) root.hidden = false;

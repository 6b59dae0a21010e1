const themes = ['auto', 'light', 'dark'] as const;
const key = 'scalequest-verifier-theme';

/** Follows the system until a theme is chosen, and remembers the choice where the browser lets it. */
export function startTheme(root: HTMLElement): { readonly next: () => string } {
  const boxes = [...root.querySelectorAll<HTMLInputElement>('input')];
  const choose = (value: string): string => {
    const theme = themes.find((known) => known === value) ?? 'auto';
    for (const box of boxes) box.checked = box.value === theme;
    document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
    try {
      localStorage.setItem(key, theme);
    } catch {
      // A page from a file may have no storage.
    }
    return theme;
  };
  root.addEventListener('change', () => choose(boxes.find(({ checked }) => checked)?.value ?? 'auto'));
  try {
    choose(localStorage.getItem(key) ?? 'auto');
  } catch {
    choose('auto');
  }
  const current = (): number => boxes.findIndex(({ checked }) => checked);
  return { next: () => choose(themes[(current() + 1) % themes.length] ?? 'auto') };
}

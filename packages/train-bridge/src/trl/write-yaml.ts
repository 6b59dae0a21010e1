/** A mapping as YAML, one key a line. JSON is YAML, so every value is written as JSON; only numbers need their decimal point. */
export function writeYaml(mapping: Readonly<Record<string, unknown>>): string {
  return Object.entries(mapping)
    .map(([key, value]) => `${key}: ${writeValue(value)}\n`)
    .join('');
}

/** PyYAML reads `1e-7` as text; `1.0e-7` is a number to it, at any depth. */
function writeValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}: ${writeValue(child)}`);
    return `{${entries.join(', ')}}`;
  }
  if (typeof value !== 'number') return JSON.stringify(value);
  const text = String(value);
  return /^-?\d+e/.test(text) ? text.replace('e', '.0e') : text;
}

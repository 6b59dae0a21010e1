import { listProtocols, templates } from '@scalequest/eval';
import { formatProtocols, formatTemplates } from '../output/format-protocol.ts';

export function runProtocols({ json }: { readonly json?: boolean }): void {
  const listed = listProtocols();
  if (json === true) console.log(JSON.stringify({ protocols: listed, templates: [...templates.values()] }));
  else console.log(`${formatProtocols(listed)}\n\n${formatTemplates([...templates.values()])}`);
}

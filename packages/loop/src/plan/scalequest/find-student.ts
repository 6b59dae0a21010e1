import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';

/** The student of a step, by the step's name without its beginning: one of a control has the control's name behind it. */
export function findStudent(
  name: string,
  { config }: LoopParts,
): { readonly name: string; readonly parameters: number; readonly checkpoint: string } | undefined {
  const found = Object.entries(config.students).find(([student]) =>
    [student, ...config.arms.map((arm) => `${student}-${arm}`)].includes(name),
  );
  return found === undefined ? undefined : { ...found[1], name: found[0] };
}

import { z } from 'zod';

/** A package that pip would install. */
export interface PlannedPackage {
  readonly name: string;
  /** With its local part, such as `2.13.0+cpu`. */
  readonly version: string;
}

const reportSchema = z.object({
  install: z.array(z.object({ metadata: z.object({ name: z.string(), version: z.string() }) })),
});

/** What `pip install --dry-run --report` says would come. */
export function readPipReport(text: string): PlannedPackage[] {
  return reportSchema.parse(JSON.parse(text)).install.map(({ metadata }) => metadata);
}

/**
 * The packages among them that only a build for GPUs needs: gigabytes, and on a machine without such a GPU for nothing.
 * Which build is right is for the owner of the machine to say.
 */
export function findGpuPackages(packages: readonly PlannedPackage[]): PlannedPackage[] {
  return packages.filter(({ name, version }) => {
    const isLibrary = /^(nvidia|cuda|triton|pytorch[-_.]triton|intel[-_.]?extension)\b/i.test(
      name.replaceAll('_', '-'),
    );
    const isBuild = /^torch$/i.test(name) && /\+(cu|rocm|xpu)/.test(version);
    return isLibrary || isBuild;
  });
}

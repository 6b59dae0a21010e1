import { writeFile } from 'node:fs/promises';
import { asFileError } from '@scalequest/core';
import { tailEvents } from '../events/tail-events.ts';
import { readTrainConfig } from '../run/read-train-config.ts';
import { refuseNoTraining } from '../run/refuse-no-training.ts';
import { nameRunFiles } from '../run/run-files.ts';
import { choosePanels } from './choose-panels.ts';
import { collectCourse } from './metric-series.ts';
import { renderPlot } from './render-plot.ts';

/**
 * Draws the course of the training in a run folder as SVG: loss, learning rate and what its kind measures, with a mark where
 * an attempt went on from a checkpoint.
 *
 * @returns the markup
 * @throws TrainBridgeError `NOT_A_TRAINING`
 */
export async function plotTraining(folder: string): Promise<string> {
  const config = await readTrainConfig(folder);
  if (config === undefined) throw refuseNoTraining(folder);
  const { series, resumedAt, lastStep } = await collectCourse(
    tailEvents(nameRunFiles(folder).events, { isOver: () => true }),
  );
  return renderPlot({ title: config.run, panels: choosePanels(config.kind, series), resumedAt, lastStep });
}

/** The same into a file. */
export async function writePlot(folder: string, path: string): Promise<void> {
  const markup = await plotTraining(folder);
  try {
    await writeFile(path, markup);
  } catch (error) {
    throw asFileError(error, { path, action: 'written' });
  }
}

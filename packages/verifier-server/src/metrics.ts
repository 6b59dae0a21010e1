import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JudgeStatistics } from './items-judge.ts';

export interface MetricsSources {
  readonly getWaiting: () => number;
  readonly getStatistics: () => JudgeStatistics;
}

export interface Metrics {
  /** Counts a request by its status; `aborted` where the client left before its answer. */
  readonly countRequest: (status: string) => void;
  readonly countItem: (judged: { readonly verdict: string; readonly ms: number }) => void;
  /** The text that Prometheus reads, and its content type. */
  readonly render: () => Promise<string>;
  readonly contentType: string;
}

const prefix = 'scalequest_verifier';

/** Counters of one server in a registry of their own, so that two servers in a process do not mix. */
export function createMetrics({ getWaiting, getStatistics }: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: `${prefix}_requests_total`,
    help: 'Requests by status; aborted: the client left before its answer.',
    labelNames: ['status'],
    registers,
  });
  const items = new Counter({
    name: `${prefix}_items_total`,
    help: 'Items by verdict; error: the item could not be read.',
    labelNames: ['verdict'],
    registers,
  });
  const seconds = new Histogram({
    name: `${prefix}_comparison_seconds`,
    help: 'Time of one comparison in its worker.',
    buckets: [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 10],
    registers,
  });
  gauge('queue_items', 'Items that wait or are compared.', getWaiting);
  counter(`${prefix}_workers_lost_total`, 'Workers that were killed or died.', () => getStatistics().workersLost);
  counter(`${prefix}_over_budget_total`, 'Comparisons killed over their budget.', () => getStatistics().overBudget);
  counter('process_cpu_seconds_total', 'Processor time of this process.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  memory('process_resident_memory_bytes', 'Memory of this process, threads included.', () => process.memoryUsage.rss());
  memory('nodejs_heap_size_used_bytes', 'Heap in use, threads left out.', () => process.memoryUsage().heapUsed);
  // Every verdict is there from the start, so that a rate has a zero to begin with.
  for (const verdict of ['equal', 'different', 'undecided', 'error']) items.inc({ verdict }, 0);

  function gauge(name: string, help: string, read: () => number): void {
    memory(`${prefix}_${name}`, help, read);
  }
  function memory(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  function counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
  return {
    countRequest: (status) => requests.inc({ status }),
    countItem: ({ verdict, ms }) => {
      items.inc({ verdict });
      if (verdict !== 'error') seconds.observe(ms / 1000);
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

import { expect, test } from 'vitest';
import { chooseLauncher, type LauncherFlags } from './choose-launcher.ts';

const none = { rayAddress: undefined };

function choose(
  flags: Partial<LauncherFlags>,
  environment: { readonly rayAddress: string | undefined } = none,
): unknown {
  return chooseLauncher({ launcher: 'local', resource: [], ...flags }, environment);
}

test('each launcher gets what it has use for', () => {
  expect(choose({})).toEqual({ launcher: 'local' });
  expect(choose({ launcher: 'torchrun', processes: 4 })).toEqual({ launcher: 'torchrun', processes: 4 });
  expect(choose({ launcher: 'accelerate' })).toEqual({ launcher: 'accelerate', processes: 1 });
  expect(
    choose({
      launcher: 'ray',
      rayAddress: 'http://a:1',
      processes: 2,
      gpusPerProcess: 1,
      resource: ['a100=1', 'x=0.5'],
    }),
  ).toMatchObject({ address: 'http://a:1', processes: 2, gpusPerProcess: 1, resources: { a100: 1, x: 0.5 } });
});

test('the address of the cluster may stand where the tools of Ray read it', () => {
  const environment = { rayAddress: 'http://b:2' };
  expect(choose({ launcher: 'ray' }, environment)).toMatchObject({ address: 'http://b:2' });
  expect(choose({ launcher: 'ray', rayAddress: 'http://a:1' }, environment)).toMatchObject({ address: 'http://a:1' });
  expect(() => choose({ launcher: 'ray' })).toThrow(/needs the address of a cluster.*RAY_API_SERVER_ADDRESS/s);
});

test('a flag that would be passed over is a wrong request', () => {
  expect(() => choose({ processes: 2 })).toThrow(/--processes is 2, and the launcher local starts one/);
  expect(() => choose({ launcher: 'torchrun', rayAddress: 'http://a:1' })).toThrow(
    /--ray-address is for --launcher ray/,
  );
  expect(() => choose({ gpusPerProcess: 0 })).toThrow(/--gpus-per-process is for --launcher ray/);
  expect(() => choose({ launcher: 'ray', rayAddress: 'http://a:1', resource: ['a100'] })).toThrow(
    /'a100' is not NAME=/,
  );
});

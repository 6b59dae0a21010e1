// Preloaded by NODE_OPTIONS=--import: the first attempt to reach a network ends the process with a code of its own.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

/** No command of ours ends with this. */
const networkUsed = 97;

function forbid(target, name) {
  target[name] = () => {
    process.exit(networkUsed);
    // In a worker thread the exit is not at once.
    throw new Error(`${name} reaches for the network.`);
  };
}

forbid(net, 'connect');
forbid(net, 'createConnection');
// What every connection ends in, whoever made it.
forbid(net.Socket.prototype, 'connect');
forbid(tls, 'connect');
forbid(dns, 'lookup');
forbid(dns.promises, 'lookup');
syncBuiltinESMExports();

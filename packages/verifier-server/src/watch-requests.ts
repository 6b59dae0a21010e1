import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerClientError } from './client-errors.ts';

export interface RequestsWatch {
  /** Requests that have no whole answer yet. */
  readonly countActive: () => number;
  /** Answers what Node's parser or its clock refuses, unless its request has an answer already. */
  readonly refuse: (error: Error, socket: Socket) => void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The status of an answer that went past the response, since the request broke off. */
  refusedAs?: number;
}

/**
 * Sees every request from its head to the end of its answer, so that each is counted once and answered once: what comes
 * wrong behind a head is no request of its own.
 */
export function watchRequests(server: Server, countRequest: (status: string) => void): RequestsWatch {
  const open = new Map<Socket, Set<Exchange>>();
  const latest = new WeakMap<Socket, Exchange>();
  let active = 0;

  const openOn = (socket: Socket): Set<Exchange> => {
    const known = open.get(socket);
    if (known !== undefined) return known;
    const exchanges = new Set<Exchange>();
    open.set(socket, exchanges);
    socket.once('close', () => {
      open.delete(socket);
      // Node tells only the answer that is on the wire; those that wait behind it would never hear of it.
      for (const { response } of exchanges) response.emit('close');
    });
    return exchanges;
  };

  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const exchange: Exchange = { request, response };
    const exchanges = openOn(request.socket).add(exchange);
    latest.set(request.socket, exchange);
    active++;
    let isTaken = false;
    // Comes too when the connection of an answer that nobody takes is ended.
    response.once('finish', () => {
      isTaken = !request.socket.destroyed;
    });
    response.once('close', () => {
      active--;
      exchanges.delete(exchange);
      // A client that goes away before its answer is counted, too.
      countRequest(String(exchange.refusedAs ?? (isTaken ? response.statusCode : 'aborted')));
    });
  });

  const refuse = (error: Error, socket: Socket): void => {
    const last = latest.get(socket);
    if (last === undefined || (last.request.complete && last.response.closed)) {
      const refusal = answerClientError(error, socket);
      if (refusal !== undefined) countRequest(String(refusal.status));
    } else if (last.request.complete) last.response.once('close', () => refuse(error, socket));
    else if (last.response.headersSent) socket.destroySoon();
    else {
      const refusal = answerClientError(error, socket);
      if (refusal !== undefined) last.refusedAs = refusal.status;
    }
  };
  return { countActive: () => active, refuse };
}

import { expect, test } from 'vitest';
import { Ticket, TicketChain } from './ticket.ts';
import { TicketQueue } from './ticket-queue.ts';

const nothing = (): void => undefined;

function makeTicket(
  index: number,
  { characters = 1, chain }: { characters?: number; chain?: TicketChain } = {},
): Ticket {
  const item = { reference: String(index), candidate: '' };
  return new Ticket({ item, characters, resolve: nothing, reject: nothing, chain });
}

test('a queue of any length gives its tickets in order, a hundred at a time', () => {
  const queue = new TicketQueue({ items: 100, characters: 1e6 });
  const tickets = Array.from({ length: 5050 }, (_, i) => makeTicket(i));
  for (const ticket of tickets.slice(0, 3000)) queue.push(ticket);
  const taken = queue.take();
  for (const ticket of tickets.slice(3000)) queue.push(ticket);
  const sizes = [taken.length];
  for (let batch = queue.take(); batch.length > 0; batch = queue.take()) {
    sizes.push(batch.length);
    taken.push(...batch);
  }
  expect(sizes).toEqual([...Array.from({ length: 50 }, () => 100), 50]);
  expect(taken.every((ticket, i) => ticket === tickets[i])).toBe(true);
  expect(queue.isFull).toBe(false);
});

test('a message holds no more text than its limit, but for one longer text, which goes alone', () => {
  const queue = new TicketQueue({ items: 100, characters: 10 });
  for (const [i, characters] of [4, 4, 4, 50, 10, 1].entries()) queue.push(makeTicket(i, { characters }));
  expect(queue.isFull).toBe(true);
  const sizes = Array.from({ length: 6 }, () => queue.take().map((ticket) => ticket.characters));
  expect(sizes).toEqual([[4, 4], [4], [50], [10], [1], []]);
});

test('what nobody waits for is not sent, and does not make a message full', () => {
  const queue = new TicketQueue({ items: 3, characters: 1000 });
  const tickets = Array.from({ length: 8 }, (_, i) => makeTicket(i));
  for (const ticket of tickets) queue.push(ticket);
  for (const ticket of tickets) ticket.isSettled = ticket.item.reference < '5';
  expect(queue.take()).toEqual(tickets.slice(5));
  expect(queue.take()).toEqual([]);
});

test('a drained queue is empty and gives what waited', () => {
  const queue = new TicketQueue({ items: 2, characters: 1000 });
  const tickets = Array.from({ length: 5 }, (_, i) => makeTicket(i));
  for (const ticket of tickets) queue.push(ticket);
  queue.take();
  expect(queue.drain()).toEqual(tickets.slice(2));
  expect(queue.drain()).toEqual([]);
  expect(queue.take()).toEqual([]);
});

test('a chain keeps the order of those who stay, and tells when it is empty', () => {
  let emptied = 0;
  const chain = new TicketChain(() => {
    emptied++;
  });
  const tickets = Array.from({ length: 5 }, (_, i) => makeTicket(i, { chain }));
  for (const ticket of tickets) chain.join(ticket);
  for (const index of [0, 2, 4]) chain.leave(tickets[index] as Ticket);
  expect(emptied).toBe(0);
  const left = [];
  for (let ticket = chain.takeAll(); ticket !== undefined; ticket = ticket.next) left.push(ticket);
  expect(left).toEqual([tickets[1], tickets[3]]);
  expect(emptied).toBe(1);
  expect(chain.takeAll()).toBeUndefined();
});

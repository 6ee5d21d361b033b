/**
 * The points at which a process can be killed: just before and just after everything that others can tell, which are its
 * commits and what it sends, and the moment at which it hears something. Between two of them a kill makes no difference.
 */
import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { DatabaseSync, StatementSync } from 'node:sqlite';

type Pass = (point: string) => void;

/** Calls `pass` at every point from now on, with a few words on what it is. */
export function watchPoints(pass: Pass): void {
  watchCommits(pass);
  watchSockets(pass);
  // What a server hears goes from the socket to the parser, past every stream.
  subscribe('http.server.request.start', () => pass('received a request'));
}

function watchCommits(pass: Pass): void {
  const commits = new WeakSet<StatementSync>();
  const database = DatabaseSync.prototype;
  const statement = StatementSync.prototype;
  const { prepare } = database;
  const { run } = statement;
  database.prepare = function (this: DatabaseSync, ...parts: Parameters<typeof prepare>) {
    const prepared = prepare.apply(this, parts);
    if (parts[0].trim().toLowerCase() === 'commit') commits.add(prepared);
    return prepared;
  };
  statement.run = function (this: StatementSync, ...values: unknown[]) {
    const isCommit = commits.has(this);
    if (isCommit) pass('before a commit');
    const result = (run as (...values: unknown[]) => ReturnType<typeof run>).apply(this, values);
    if (isCommit) pass('after a commit');
    return result;
  } as typeof run;
}

/** What Node's sockets do in one place each, for connections and for pipes to other processes alike. */
interface SocketInternals {
  _writeGeneric(this: Socket, ...parts: unknown[]): unknown;
  push(this: Socket, chunk: unknown, ...parts: unknown[]): boolean;
}

function watchSockets(pass: Pass): void {
  const socket = Socket.prototype as unknown as SocketInternals;
  const { _writeGeneric: write, push } = socket;
  socket._writeGeneric = function (...parts) {
    pass('before sending');
    const result = write.apply(this, parts);
    pass('after sending');
    return result;
  };
  socket.push = function (chunk, ...parts) {
    pass(chunk === null ? 'received an end' : 'received');
    return push.call(this, chunk, ...parts);
  };
}

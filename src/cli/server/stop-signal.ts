/**
 * Resolves when somebody asks this process to end. With `onHangUp`, SIGHUP does not ask for that (its terminal has gone) but for
 * `onHangUp`, as is the custom of servers.
 */
export function stopSignal(onHangUp?: () => void): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    if (onHangUp === undefined) process.once('SIGHUP', () => resolve());
    else process.on('SIGHUP', onHangUp);
  });
}

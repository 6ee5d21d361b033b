/** Seconds that lie ahead, for people: no more exact than anybody can know them. */

/** One number of seconds with a unit: nobody believes the seconds of an hour. */
export function roughly(seconds: number): string {
  const { amount, unit } = rounded(seconds);
  return `${amount} ${unit}`;
}

/** `58 s to 2 min`, `8 to 20 min`, or one number where both are the same. */
export function roughSpan(from: number, to: number): string {
  const [low, high] = [rounded(from), rounded(to)];
  if (low.unit !== high.unit) return `${low.amount} ${low.unit} to ${high.amount} ${high.unit}`;
  return low.amount === high.amount ? `${low.amount} ${low.unit}` : `${low.amount} to ${high.amount} ${low.unit}`;
}

function rounded(seconds: number): { amount: string; unit: string } {
  if (seconds < 60) return { amount: String(Math.max(1, Math.round(seconds))), unit: 's' };
  if (seconds < 5400) return { amount: String(Math.round(seconds / 60)), unit: 'min' };
  if (seconds < 172_800) return { amount: (seconds / 3600).toFixed(seconds < 36_000 ? 1 : 0), unit: 'h' };
  return { amount: Math.round(seconds / 86_400).toLocaleString('en-US'), unit: 'days' };
}

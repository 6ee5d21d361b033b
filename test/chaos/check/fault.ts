/** A broken promise. The kind is a column of the table, the text says what happened. */
export interface Fault {
  readonly kind: FaultKind;
  readonly text: string;
}

export const FAULT_KINDS = ['lost', 'repeated', 'overlap', 'order', 'left', 'other'] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

export const fault = (kind: FaultKind, text: string): Fault => ({ kind, text });

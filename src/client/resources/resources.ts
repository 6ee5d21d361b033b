/** Requested resources as they are stored: memory in GiB, run time in seconds, the rest as it was given. */

export type ResourceValue =
  | null
  | boolean
  | number
  | string
  | readonly ResourceValue[]
  | { readonly [key: string]: ResourceValue };
export type Resources = Readonly<Record<string, ResourceValue>>;

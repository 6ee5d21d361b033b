/** Exit codes are a contract: cluster plug-ins read them from the cluster's accounting. Source: distributor-worker §8.1. */
export const EXIT = { accepted: 0, notFound: 1, usage: 2, versionMismatch: 198, failed: 199 } as const;

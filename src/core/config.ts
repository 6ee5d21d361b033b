/**
 * Configuration: one table of settings; files, environment and flags are checked against it, and `Config` is derived
 * from it. Later sources win: defaults < file < environment (`SKEP__SECTION__KEY`) < overrides (flags).
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf, SkepError } from './errors.ts';
import { withoutSecrets } from './secrets.ts';

interface Setting<Value> {
  readonly default: Value;
  readonly meaning: string;
  /** Never shown. */
  readonly isSecret?: boolean;
}

const setting = <Value extends string | number | boolean>(
  initial: Value,
  meaning: string,
  traits: { readonly isSecret?: boolean } = {},
): Setting<Value> => ({ default: initial, meaning, ...traits });

/** Every setting: section, key, default (whose type is the setting's type) and meaning with its unit. */
export const SETTINGS = {
  http: {
    service_url: setting('' as string, 'Base address of the server; empty: the embedded server of this user.'),
    route_prefix: setting('/api/v3' as string, 'Path below the base address at which the compatible routes live.'),
    token: setting('' as string, 'Token sent with every request; empty: read from http.token_file.', {
      isSecret: true,
    }),
    token_file: setting('' as string, 'File that holds the token.'),
    ca_file: setting(
      '' as string,
      'PEM file with the certificates of the authorities that may have signed that of the server; empty: those that Node knows.',
    ),
    tls_cert: setting('' as string, 'PEM file with the certificate that is shown to a server that asks for one.'),
    tls_key: setting('' as string, 'PEM file with the key of http.tls_cert.'),
    request_timeout: setting(20 as number, 'Seconds until one request is given up.'),
    retries_attempts: setting(10 as number, 'Attempts of one request before its error is raised.'),
    retries_timeout: setting(300 as number, 'Seconds after which a failing request is not tried again.'),
  },
  heartbeat: {
    workflow_run_interval: setting(30 as number, 'Seconds between two heartbeats of a workflow run.'),
    task_instance_interval: setting(90 as number, 'Seconds between two heartbeats of a task instance.'),
    report_by_buffer: setting(3.1 as number, 'A heartbeat is overdue after this many intervals.'),
  },
  distributor: {
    poll_interval: setting(
      10 as number,
      'Longest wait in seconds between two looks at the server without a change feed.',
    ),
    cluster_types: setting(
      '' as string,
      'Further types of clusters, separated by commas: each TYPE=PATH of the module that brings it (docs/guide/7-cluster-plug-ins.md).',
    ),
  },
  worker_node: {
    command_interrupt_timeout: setting(10 as number, 'Seconds between asking a command to end and killing it.'),
    lease: setting(
      14_400 as number,
      'Seconds without an answer of the server after which a worker of a batch system ends its command; 0: never.',
    ),
  },
  server: {
    host: setting('127.0.0.1' as string, 'Address on which the server listens.'),
    port: setting(0 as number, 'Port on which the server listens; 0: any free one.'),
    data_dir: setting('' as string, 'Directory of the database, token and logs; empty: $XDG_DATA_HOME/skep.'),
    body_limit: setting(67_108_864 as number, 'Largest request body in bytes.'),
    tls_cert: setting(
      '' as string,
      'PEM file with the certificate of the server, those of the authorities between after it; empty: no TLS. Read again on SIGHUP.',
    ),
    tls_key: setting('' as string, 'PEM file with the key of server.tls_cert.'),
    tls_client_ca: setting(
      '' as string,
      'PEM file with the authorities of clients: whoever shows no certificate that they signed is turned away; empty: none is asked for.',
    ),
    receive_timeout: setting(
      120 as number,
      'Seconds in which a request must have come whole, its head in 20 of them; answers may take any time.',
    ),
    max_connections: setting(
      10_000 as number,
      'Connections at a time; beyond them, those give way that have shown no token yet, the oldest first; 0: any number.',
    ),
    requests_per_second: setting(
      10_000 as number,
      'Requests a second that one token may send, twice that at once; more are answered with status 429 and sent again later; 0: any number.',
    ),
    may_start_runs: setting(
      'auto' as string,
      'Whether the server starts runs as its user when its page asks: true, false, or auto: if only this machine reaches it, with a token, and its database is its own.',
    ),
    drain_seconds: setting(
      0 as number,
      'Seconds for which the server goes on answering after it was told to end, while /readyz already says that it is not ready.',
    ),
    extensions: setting(true as boolean, 'Offer the /api/skep routes; false: the compatible routes alone.'),
    allowed_origins: setting(
      'http://localhost:3000,http://localhost:3001,http://127.0.0.1:3000,http://127.0.0.1:3001' as string,
      'Origins, separated by commas, whose web pages may use the server; *: any (with auth.mode none at your peril).',
    ),
  },
  database: {
    url: setting(
      '' as string,
      'Address of a PostgreSQL database, postgres://user:password@host:port/name, that any number of servers may share; empty: a file of SQLite in server.data_dir.',
      { isSecret: true },
    ),
  },
  auth: {
    mode: setting(
      'token' as string,
      'token: every request carries the token; none: no check (only by explicit choice).',
    ),
    oidc_issuer: setting(
      '' as string,
      'Address of the OpenID Connect provider with which people log in on the page; empty: nobody can.',
    ),
    oidc_client_id: setting('' as string, 'Name by which the provider knows this server.'),
    oidc_client_secret: setting('' as string, 'Secret that the provider gave out for oidc_client_id.', {
      isSecret: true,
    }),
    oidc_user_claim: setting(
      'preferred_username' as string,
      'What the provider tells that is the name of the user; of email, and where there is no preferred_username, the part of the e-mail address before the @. One that people cannot choose themselves.',
    ),
    oidc_role: setting('user' as string, 'Role of whoever logs in: reader, user or admin.'),
    oidc_admins: setting('' as string, 'Names, separated by commas, of users who are admins when they log in.'),
    public_url: setting(
      '' as string,
      'Address under which browsers see the server, such as https://skep.example.org; the provider sends them back there. Needed for logins, but on this machine alone.',
    ),
    session_hours: setting(12 as number, 'Hours for which a login lasts.'),
    audit_days: setting(365 as number, 'Days for which the server keeps what people did (skep server audit).'),
    wrong_tokens_per_minute: setting(
      20 as number,
      'Wrong tokens a minute from one address; after more, all from there that have not been right before are refused with status 429; 0: any number.',
    ),
  },
  reaper: {
    poll_interval_minutes: setting(0.25 as number, 'Minutes between two searches for runs that stopped reporting.'),
  },
  notify: {
    webhook_url: setting(
      '' as string,
      'http or https address that gets a POST of JSON when a workflow ends; empty: none.',
      { isSecret: true },
    ),
    command: setting('' as string, 'Shell command that gets the same JSON on its stdin; empty: none.'),
    on: setting('done,failed' as string, 'Which ends are told of, separated by commas: done, failed, stopped.'),
  },
  telemetry: {
    metrics: setting(true as boolean, 'Offer /metrics on the server, in the form that Prometheus reads.'),
    metrics_open: setting(false as boolean, 'Whether /metrics answers without a token.'),
    otlp_endpoint: setting(
      '' as string,
      'Base address of the collector that gets traces (OTLP over HTTP), such as http://127.0.0.1:4318; empty: that of OTEL_EXPORTER_OTLP_ENDPOINT, else none.',
      { isSecret: true },
    ),
  },
  log: {
    level: setting('info' as string, 'trace, debug, info, warn, error or silent.'),
  },
} as const;

type Widen<Value> = Value extends string ? string : Value extends number ? number : boolean;
type SectionName = keyof typeof SETTINGS;
type Section<Name extends SectionName> = {
  readonly [Key in keyof (typeof SETTINGS)[Name]]: (typeof SETTINGS)[Name][Key] extends Setting<infer Value>
    ? Widen<Value>
    : never;
};

/** All settings with their values. */
export type Config = { readonly [Name in SectionName]: Section<Name> };
/** Some settings with their values, which win over all other sources. */
export type ConfigOverrides = { readonly [Name in SectionName]?: Partial<Section<Name>> };

type Environment = Readonly<Record<string, string | undefined>>;
type Value = string | number | boolean;
type Values = Record<string, Record<string, Value>>;

export interface ConfigSources {
  readonly overrides?: ConfigOverrides;
  readonly environment?: Environment;
  /** A file that must exist; default: `SKEP_CONFIG`, else `skep.yaml` in `$XDG_CONFIG_HOME/skep` if there is one. */
  readonly file?: string;
}

/** Where a value comes from. */
type ConfigSource = 'default' | 'file' | 'environment' | 'command line';

/** One setting as it is in force. */
export interface TracedSetting {
  readonly section: string;
  readonly key: string;
  readonly value: Value;
  readonly source: ConfigSource;
  readonly isSecret: boolean;
}

/**
 * Reads the configuration.
 * @throws SkepError `config_invalid` naming the unknown key (and the nearest known one) or the value of a wrong type.
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const values = defaultValues();
  for (const { additions, name } of layersOf(sources)) assignAll(values, additions, name);
  return values as unknown as Config;
}

/** Every setting with the source that wins, in the order of the table. @throws as {@link loadConfig} */
export function traceConfig(sources: ConfigSources = {}): TracedSetting[] {
  const values = defaultValues();
  const winners = new Map<string, ConfigSource>();
  for (const { additions, name, source } of layersOf(sources)) {
    for (const assigned of assignAll(values, additions, name)) winners.set(assigned, source);
  }
  return settingsOf().map(({ section, key, isSecret }) => {
    const value = values[section]?.[key] as Value;
    return { section, key, value, isSecret, source: winners.get(`${section}.${key}`) ?? 'default' };
  });
}

/**
 * The value that `text` means for the setting `section.key`.
 * @throws SkepError `config_invalid` for a name that is none (naming the nearest) and a text that is no such value.
 */
export function parseSetting(name: string, text: string, source = 'the command line'): TracedSetting {
  const known = settingsOf();
  const setting = known.find(({ section, key }) => `${section}.${key}` === name);
  if (setting === undefined) {
    const names = known.map(({ section, key }) => `${section}.${key}`);
    throw unknownName(name, names, source);
  }
  const { section, key, isSecret } = setting;
  const value = coerce(name, text, typeof setting.default, source);
  return { section, key, value, isSecret, source: 'command line' };
}

/** Whether a variable of the environment sets a secret, or an address that holds one. */
export function isSecretVariable(name: string, value: string): boolean {
  const [, section, key] = /^(?:JOBMON|SKEP)__(.+?)__(.+)$/.exec(name.toUpperCase()) ?? [];
  if (section === undefined || key === undefined) return false;
  if (withoutSecrets(value) !== value) return true;
  const secrets = settingsOf().filter(({ isSecret }) => isSecret);
  return secrets.some((secret) => secret.section.toUpperCase() === section && secret.key.toUpperCase() === key);
}

/** File of the configuration: the one that `SKEP_CONFIG` names, else `skep.yaml` in `$XDG_CONFIG_HOME/skep`. */
export function configPath(environment: Environment = process.env): string {
  if (environment.SKEP_CONFIG) return environment.SKEP_CONFIG;
  return join(environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), '.config'), 'skep', 'skep.yaml');
}

/** Directory of this user's data: `server.data_dir`, else `$XDG_DATA_HOME/skep`, else `~/.local/share/skep`. */
export function dataDirectory(config: Config, environment: Environment = process.env): string {
  if (config.server.data_dir !== '') return config.server.data_dir;
  return join(environment.XDG_DATA_HOME || join(environment.HOME || homedir(), '.local', 'share'), 'skep');
}

interface Layer {
  readonly source: ConfigSource;
  /** As error messages call it. */
  readonly name: string;
  readonly additions: Values;
}

/** The sources above the defaults; later ones win. */
function layersOf({ overrides = {}, environment = process.env, file }: ConfigSources): Layer[] {
  const path = file ?? configPath(environment);
  // A file that somebody named has to be there.
  const hasFile = file !== undefined || Boolean(environment.SKEP_CONFIG) || existsSync(path);
  return [
    ...(hasFile ? [{ source: 'file' as const, name: path, additions: readConfigFile(path) }] : []),
    { source: 'environment', name: 'the environment', additions: fromEnvironment(environment) },
    { source: 'command line', name: 'the command line', additions: overrides as Values },
  ];
}

function settingsOf() {
  return Object.entries(SETTINGS).flatMap(([section, settings]) =>
    Object.entries<Setting<Value>>(settings).map(([key, { default: initial, isSecret = false }]) => ({
      ...{ section, key, isSecret },
      default: initial,
    })),
  );
}

function defaultValues(): Values {
  const values: Values = {};
  for (const { section, key, default: initial } of settingsOf()) {
    values[section] ??= {};
    values[section][key] = initial;
  }
  return values;
}

function readConfigFile(path: string): Values {
  try {
    const text = readFileSync(path, 'utf8');
    // Loaded only here: most workers have no file to read, and somebody waits for each of them.
    const { parse } = createRequire(import.meta.url)('yaml') as typeof import('yaml');
    const content: unknown = parse(text) ?? {};
    if (typeof content !== 'object' || Array.isArray(content)) throw new Error('it must hold sections with keys');
    return content as Values;
  } catch (cause) {
    throw new SkepError('config_invalid', `Cannot read the configuration file ${path}: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

/**
 * `SKEP__SECTION__KEY=value`; `JOBMON__…` is read too (below ours) for the keys that both systems know, because a foreign
 * client starts our distributor and worker with those.
 */
function fromEnvironment(environment: Environment): Values {
  const found: Values = {};
  for (const prefix of ['JOBMON__', 'SKEP__']) {
    for (const [name, text] of Object.entries(environment)) {
      if (!name.startsWith(prefix) || text === undefined) continue;
      const [section = '', ...rest] = name.slice(prefix.length).toLowerCase().split('__');
      const key = rest.join('__');
      if (prefix === 'JOBMON__' && !(key in (SETTINGS[section as SectionName] ?? {}))) continue;
      found[section] ??= {};
      found[section][key] = text;
    }
  }
  return found;
}

/** Names of what was assigned, such as `server.port`. */
function assignAll(values: Values, additions: Values, source: string): string[] {
  const assigned: string[] = [];
  for (const [section, keys] of Object.entries(additions)) {
    const known = values[section];
    if (known === undefined) throw unknownName(section, Object.keys(values), source);
    for (const [key, value] of Object.entries(keys ?? {})) {
      if (value === undefined) continue;
      const current = known[key];
      if (current === undefined) {
        throw unknownName(
          `${section}.${key}`,
          Object.keys(known).map((name) => `${section}.${name}`),
          source,
        );
      }
      known[key] = coerce(`${section}.${key}`, value, typeof current, source);
      assigned.push(`${section}.${key}`);
    }
  }
  return assigned;
}

function coerce(name: string, value: unknown, type: string, source: string): Value {
  if (type === 'string' && ['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  if (type === 'number') {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  if (type === 'boolean') {
    if (typeof value === 'boolean') return value;
    const text = String(value).toLowerCase();
    if (['true', 'yes', '1'].includes(text)) return true;
    if (['false', 'no', '0'].includes(text)) return false;
  }
  throw new SkepError('config_invalid', `${name} in ${source} must be a ${type}, not ${JSON.stringify(value)}.`);
}

function unknownName(name: string, known: readonly string[], source: string): SkepError {
  const nearest = nearestOf(name, known);
  return new SkepError('config_invalid', `Unknown setting ${name} in ${source}; did you mean ${nearest}?`);
}

/** The known name that takes the fewest edits (insert, delete, replace) to become `name`. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

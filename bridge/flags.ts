import { parseArgs } from 'node:util';
import { RlmError } from '../shared/errors/rlm-error.ts';
import type { SettingsFlags } from '../shared/local/settings.ts';
import { isLogLevel, LOG_LEVELS, type LogLevel } from './json-log.ts';

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'serve'; readonly settings: SettingsFlags; readonly logLevel: LogLevel };

export const HELP = `rlm-bridge: serves MCP on stdin and stdout; the repository stays on the gateway.
An IDE starts it; rlm-workspace init writes the IDE's entry.

Examples
  rlm-bridge                                    settings from the workspace and from rlm-workspace login
  rlm-bridge --workspace /home/me/project       the workspace whose .rlm/bridge.json counts
  rlm-bridge --gateway https://gw.example:8443 --gateway-key SHA256:...

Options
  --gateway URL          the gateway's address, https://host[:port]       (RLM_GATEWAY_URL)
  --gateway-key SHA256:  the identity it must prove                       (RLM_GATEWAY_KEY)
  --workspace DIR        folder that holds .rlm/bridge.json               (CLAUDE_PROJECT_DIR)
  --ca FILE              further certificate authorities, PEM             (RLM_GATEWAY_CA)
  --proxy URL            forward proxy, http://host:port                  (HTTPS_PROXY, NO_PROXY)
  --key-source SOURCE    keychain | env | file:PATH | command:CMD         (RLM_KEY_SOURCE)
                         env is RLM_GATEWAY_API_KEY
  --log-level LEVEL      ${LOG_LEVELS.join(' | ')}; JSON lines on stderr; default error
  --help, --version

What goes wrong is told to the IDE as a JSON-RPC error; rlm-workspace status shows more.
Exit codes: 0 stdin ended, 2 wrong usage, 130 and 143 ended by a signal.
`;

const OPTIONS = {
  gateway: { type: 'string' },
  'gateway-key': { type: 'string' },
  workspace: { type: 'string' },
  ca: { type: 'string' },
  proxy: { type: 'string' },
  'key-source': { type: 'string' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

/**
 * @param args without node and script
 * @throws `USAGE`; a wrong flag suggests the right one, and no value is repeated: it may be a key
 */
export function parseFlags(args: readonly string[]): Invocation {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw usage(
        'rlm-bridge takes options only. A key is never given as an argument: run rlm-workspace login',
      );
    }
    if (!isOption(token.name)) throw unknownFlag(token.rawName);
    if (OPTIONS[token.name].type === 'boolean') {
      if (token.value !== undefined) throw usage(`--${token.name} takes no value.`);
      return { kind: token.name === 'help' ? 'help' : 'version' };
    }
    const isNextFlag = token.inlineValue === false && token.value.startsWith('-');
    if (token.value === undefined || token.value === '' || isNextFlag) {
      throw usage(`--${token.name} needs a value.`);
    }
    given.set(token.name, token.value);
  }
  const logLevel = given.get('log-level') ?? 'error';
  if (!isLogLevel(logLevel)) throw usage(`--log-level is one of ${LOG_LEVELS.join(', ')}.`);
  return {
    kind: 'serve',
    logLevel,
    settings: {
      gateway: given.get('gateway'),
      gatewayKey: given.get('gateway-key'),
      workspace: given.get('workspace'),
      ca: given.get('ca'),
      proxy: given.get('proxy'),
      keySource: given.get('key-source'),
    },
  };
}

const isOption = (name: string): name is keyof typeof OPTIONS => Object.hasOwn(OPTIONS, name);
const usage = (message: string): RlmError => new RlmError('USAGE', message);

function unknownFlag(rawName: string): RlmError {
  const name = rawName.replace(/^-+/, '');
  const [nearest] = Object.keys(OPTIONS)
    .map((option) => ({ option, distance: editDistance(name, option) }))
    .sort((a, b) => a.distance - b.distance);
  const isNear = nearest !== undefined && nearest.distance <= Math.max(2, nearest.option.length / 3);
  const shown = /^-{1,2}[a-zA-Z0-9-]{1,40}$/.test(rawName) ? `Unknown option ${rawName}.` : 'Unknown option.';
  return usage(isNear ? `${shown} Did you mean --${nearest.option}?` : shown);
}

/** Levenshtein's distance: single letters to add, drop or change. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].slice(0, 64).entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

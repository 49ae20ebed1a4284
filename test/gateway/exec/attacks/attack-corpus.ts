/** All attacks, by class. */
import type { Attack } from './attack.ts';
import { javascriptBombs } from './javascript-bombs.ts';
import { javascriptChannel } from './javascript-channel.ts';
import { javascriptConstructors } from './javascript-constructors.ts';
import { javascriptEngine } from './javascript-engine.ts';
import { javascriptErrors } from './javascript-errors.ts';
import { javascriptModules } from './javascript-modules.ts';
import { javascriptPromises } from './javascript-promises.ts';
import { javascriptPrototypes } from './javascript-prototypes.ts';
import { javascriptText } from './javascript-text.ts';
import { pythonBombs } from './python-bombs.ts';
import { pythonChannel } from './python-channel.ts';
import { pythonEngine } from './python-engine.ts';
import { pythonFormatting } from './python-formatting.ts';
import { pythonImports } from './python-imports.ts';
import { pythonPyodide } from './python-pyodide.ts';
import { pythonReflection } from './python-reflection.ts';
import { pythonRevive } from './python-revive.ts';
import { pythonText } from './python-text.ts';
import { stateInJavaScript, stateInPython } from './state.ts';

export const JAVASCRIPT_ATTACKS: ReadonlyMap<string, readonly Attack[]> = new Map([
  ['constructors', javascriptConstructors],
  ['prototypes', javascriptPrototypes],
  ['errors', javascriptErrors],
  ['promises', javascriptPromises],
  ['modules', javascriptModules],
  ['engine', javascriptEngine],
  ['bombs', javascriptBombs],
  ['channel', javascriptChannel],
  ['text', javascriptText],
  ['state', stateInJavaScript],
]);

export const PYTHON_ATTACKS: ReadonlyMap<string, readonly Attack[]> = new Map([
  ['reflection', pythonReflection],
  ['formatting', pythonFormatting],
  ['imports', pythonImports],
  ['pyodide', pythonPyodide],
  ['revive', pythonRevive],
  ['engine', pythonEngine],
  ['bombs', pythonBombs],
  ['channel', pythonChannel],
  ['text', pythonText],
  ['state', stateInPython],
]);

export const ALL_ATTACKS: readonly Attack[] = [
  ...JAVASCRIPT_ATTACKS.values(),
  ...PYTHON_ATTACKS.values(),
].flat();

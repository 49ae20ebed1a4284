/**
 * Ways out of Python. The standard library has no use for them once it is loaded, so an import of one fails, whoever asks
 * and in whatever way. What a program may import by name is the policy's to say (../refused-names.ts).
 */
export const CLOSED_MODULES: readonly string[] = [
  ...['js', 'pyodide', 'pyodide_js', '_pyodide', '_pyodide_core'],
  ...['ctypes', '_ctypes', 'socket', '_socket', 'select', 'selectors', 'webbrowser'],
  ...['subprocess', '_posixsubprocess', 'multiprocessing', '_multiprocessing', 'pty'],
];

const name = 'assertSpanRange';
const [definition] = search(`export function ${name}\\b`, 'gateway', 1);
const uses = search(`\\b${name}\\b`, 'gateway', 10);
const callers = [...new Set(uses.map(({ file_path }) => file_path))].filter((path) => path !== definition.file_path).sort();
const answers = query('assert span range lines', { scope: 'gateway', k: 5 });
console.log(readSpan(definition.file_path, definition.start_line, definition.start_line).content.trim());
try {
  readSpan('no/such/file.ts', 1, 5);
} catch (error) {
  console.log('refused:', error.code);
}
({
  defined: [definition.file_path, definition.start_line],
  callers,
  ranked: answers.some(({ file_path }) => file_path === definition.file_path),
});

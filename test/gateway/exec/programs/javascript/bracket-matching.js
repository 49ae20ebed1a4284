const pairs = new Map([[')', '('], [']', '['], ['}', '{']]);
const openers = new Set(pairs.values());
function check(text) {
  const stack = [];
  for (const [index, ch] of [...text].entries()) {
    if (openers.has(ch)) stack.push({ ch, index });
    else if (pairs.has(ch)) {
      const open = stack.pop();
      if (!open) return `unexpected ${ch} at ${index}`;
      if (open.ch !== pairs.get(ch)) return `${open.ch} at ${open.index} closed by ${ch} at ${index}`;
    }
  }
  return stack.length ? `${stack.at(-1).ch} at ${stack.at(-1).index} never closed` : 'ok';
}
for (const text of ['f(a[1]) { return {} }', '(]', '(()', '}', '']) console.log(JSON.stringify(text).padEnd(25), check(text));
let depth = 0;
let deepest = 0;
for (const ch of '((a)(b(c(d))))') {
  depth += Number(ch === '(') - Number(ch === ')');
  deepest = Math.max(deepest, depth);
}
deepest;

const ast = {
  type: 'program',
  body: [
    { type: 'assign', name: 'x', value: { type: 'binary', op: '+', left: { type: 'number', value: 2 }, right: { type: 'number', value: 3 } } },
    { type: 'assign', name: 'y', value: { type: 'binary', op: '*', left: { type: 'name', name: 'x' }, right: { type: 'number', value: 10 } } },
    { type: 'print', value: { type: 'name', name: 'y' } },
    { type: 'print', value: { type: 'name', name: 'zz' } },
  ],
};
function evaluate(node, scope) {
  switch (node.type) {
    case 'program':
      return node.body.map((child) => evaluate(child, scope)).at(-1);
    case 'assign': {
      const value = evaluate(node.value, scope);
      scope.set(node.name, value);
      return value;
    }
    case 'print': {
      const value = evaluate(node.value, scope);
      console.log('prints', value);
      return value;
    }
    case 'binary': {
      const [left, right] = [evaluate(node.left, scope), evaluate(node.right, scope)];
      return { '+': left + right, '*': left * right, '-': left - right }[node.op];
    }
    case 'number':
      return node.value;
    case 'name':
      return scope.get(node.name) ?? `unknown ${node.name}`;
    default:
      throw new TypeError(`no such node: ${node.type}`);
  }
}
const visitors = { number: (n, seen) => seen.push(n.value), name: (n, seen) => seen.push(n.name) };
function visit(node, seen = []) {
  visitors[node.type]?.(node, seen);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) value.forEach((child) => visit(child, seen));
    else if (value && typeof value === 'object') visit(value, seen);
  }
  return seen;
}
const scope = new Map();
console.log(evaluate(ast, scope), JSON.stringify([...scope]));
try {
  evaluate({ type: 'loop' }, scope);
} catch (error) {
  console.log(error.message);
}
visit(ast);

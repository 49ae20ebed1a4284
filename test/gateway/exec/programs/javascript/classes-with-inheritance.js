class Node {
  static count = 0;
  constructor(name) {
    if (new.target === Node) throw new TypeError('Node is abstract');
    this.name = name;
    Node.count++;
  }
  get label() {
    return `${this.constructor.name}(${this.name})`;
  }
  toString() {
    return `<${this.label} ${this.size()}>`;
  }
}
class File extends Node {
  constructor(name, length) {
    super(name);
    this.length = length;
  }
  size() {
    return this.length;
  }
}
class Folder extends Node {
  children = [];
  constructor(name, ...children) {
    super(name);
    this.children.push(...children);
  }
  size() {
    return this.children.reduce((sum, child) => sum + child.size(), 0);
  }
  *[Symbol.iterator]() {
    yield* this.children.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
  toString() {
    return `${super.toString()}/`;
  }
}
function show(node, depth = 0) {
  console.log('  '.repeat(depth) + node);
  if (node instanceof Folder) for (const child of node) show(child, depth + 1);
}
const root = new Folder('root', new File('b.txt', 10), new Folder('src', new File('main.js', 200)), new File('a.txt', 1));
show(root);
try {
  new Node('x');
} catch (error) {
  console.log(error.message);
}
class Stack extends Array {
  peek() {
    return this.at(-1);
  }
}
const stack = Stack.from([1, 2, 3]);
console.log(stack.peek(), stack.map((x) => x * 2) instanceof Stack, stack.length, Node.count, root instanceof Node, Object.getPrototypeOf(Folder) === Node);
root.size();

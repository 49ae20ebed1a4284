class Node {
  #secret = 1;
  children = [];
  constructor(name, parent = null) {
    this.name = name;
    this.parent = parent;
    parent?.children.push(this);
  }
}
const root = new Node('root');
const child = new Node('child', root);
console.log(root);
const loop = { name: 'loop' };
loop.self = loop;
console.log(loop, [loop]);
class Base { kind = 'base'; }
class Derived extends Base { static label = 's'; extra = [1]; }
console.log(new Derived(), [new Derived()], Derived);
class Tagged { get [Symbol.toStringTag]() { return 'T'; } }
console.log(new Tagged());
class List extends Array {}
class Dictionary extends Map {}
console.log(List.from([1, 2]), new Dictionary([['k', 'v']]));
console.log(Object.assign(() => {}, { extra: 1 }), Object.assign([1, 2], { note: 'x' }));
console.log([function () {}, Math.max], { fn() {} });
child.name;

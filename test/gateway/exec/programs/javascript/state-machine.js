const transitions = {
  idle: { dial: 'connecting' },
  connecting: { open: 'open', fail: 'backoff' },
  open: { drop: 'backoff', close: 'closed' },
  backoff: { timer: 'connecting', close: 'closed' },
  closed: {},
};
class Machine {
  #state = 'idle';
  history = ['idle'];
  get state() {
    return this.#state;
  }
  send(event) {
    const next = transitions[this.#state][event];
    if (!next) throw new Error(`${event} in ${this.#state}`);
    this.#state = next;
    this.history.push(next);
    return this;
  }
  get isFinal() {
    return Object.keys(transitions[this.#state]).length === 0;
  }
}
const machine = new Machine();
console.log(machine.send('dial').send('fail').send('timer').send('open').state, machine.isFinal);
try {
  machine.send('timer');
} catch (error) {
  console.log('refused:', error.message);
}
machine.send('close');
const reachable = (from, seen = new Set()) => {
  if (seen.has(from)) return seen;
  seen.add(from);
  Object.values(transitions[from]).forEach((next) => reachable(next, seen));
  return seen;
};
for (const state of Object.keys(transitions)) console.log(state.padEnd(11), [...reachable(state)].sort().join(' '));
machine.history;

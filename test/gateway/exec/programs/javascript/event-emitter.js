class Emitter {
  #handlers = new Map();
  on(event, handler) {
    if (!this.#handlers.has(event)) this.#handlers.set(event, new Set());
    this.#handlers.get(event).add(handler);
    return () => this.#handlers.get(event).delete(handler);
  }
  once(event, handler) {
    const off = this.on(event, (...args) => {
      off();
      handler(...args);
    });
    return off;
  }
  emit(event, ...args) {
    const handlers = [...(this.#handlers.get(event) ?? [])];
    for (const handler of handlers) handler(...args);
    return handlers.length;
  }
}
class Store extends Emitter {
  state = { files: 0, spans: [] };
  dispatch(action) {
    const before = this.state;
    this.state = Store.reduce(before, action);
    if (this.state !== before) this.emit('change', this.state, action.type);
  }
  static reduce(state, { type, ...payload }) {
    switch (type) {
      case 'open':
        return { ...state, files: state.files + 1 };
      case 'read':
        return { ...state, spans: [...state.spans, payload.span] };
      default:
        return state;
    }
  }
}
const store = new Store();
const off = store.on('change', ({ files, spans }, type) => console.log(type, files, spans.length));
store.once('change', () => console.log('first change'));
for (const action of [{ type: 'open' }, { type: 'read', span: 'a:1-5' }, { type: 'nothing' }, { type: 'open' }]) store.dispatch(action);
off();
store.dispatch({ type: 'open' });
console.log(store.emit('change', store.state, 'unheard'));
store.state;

class Parser {
  #tokens;
  #at = 0;
  constructor(text) {
    this.#tokens = text.match(/\d+(?:\.\d+)?|[-+*/()]|\S/g) ?? [];
  }
  static evaluate(text) {
    const parser = new Parser(text);
    const value = parser.#sum();
    if (parser.#peek() !== undefined) throw new SyntaxError(`unexpected ${parser.#peek()}`);
    return value;
  }
  #peek() {
    return this.#tokens[this.#at];
  }
  #take() {
    return this.#tokens[this.#at++];
  }
  #sum() {
    let value = this.#product();
    while (['+', '-'].includes(this.#peek())) value = this.#take() === '+' ? value + this.#product() : value - this.#product();
    return value;
  }
  #product() {
    let value = this.#factor();
    while (['*', '/'].includes(this.#peek())) value = this.#take() === '*' ? value * this.#factor() : value / this.#factor();
    return value;
  }
  #factor() {
    const token = this.#take();
    if (token === '-') return -this.#factor();
    if (token === '(') {
      const value = this.#sum();
      if (this.#take() !== ')') throw new SyntaxError('expected )');
      return value;
    }
    if (token === undefined || Number.isNaN(Number(token))) throw new SyntaxError(`unexpected ${token}`);
    return Number(token);
  }
}
for (const text of ['1 + 2 * 3', '(1 + 2) * 3', '-4 / (2 - 4)', '2 * (3 +', '10 / 4 - 1.5', '1 2', 'x']) {
  try {
    console.log(`${text.padEnd(14)} = ${Parser.evaluate(text)}`);
  } catch (error) {
    console.log(`${text.padEnd(14)} : ${error.message}`);
  }
}
Parser.evaluate('2*(3+4)*5');

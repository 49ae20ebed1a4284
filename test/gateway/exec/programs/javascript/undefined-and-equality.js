console.log(null ?? 'a', undefined || 'b', 0 ?? 'c', '' || 'd', NaN || 'e', void 0, typeof undeclared);
console.log(!!'', !!'0', !![], !!{}, !!0, !!NaN, !!null, ![]);
console.log(1 == '1', 0 == '', null == 0, undefined == null, NaN == NaN, [1] == 1, '1,2' == [1, 2], true == 1);
console.log([1, 2] + '', String([null]), [] + 1, {} + '', `${null} ${undefined}`, String(Symbol('s')), [undefined, null] + '');
let hoistedLater;
console.log(hoistedLater, (() => {})(), [].length, [,].length, [1, 2, 3].indexOf('2'));
var shadow = 'outer';
{
  let shadow = 'inner';
  console.log(shadow);
}
console.log(shadow, (function () { return typeof this; })(), (() => { 'use strict'; return 1; })());
const values = [3, undefined, null, 'x', NaN, 0];
console.log(values.filter((v) => v != null).length, values.filter(Boolean).length, values.findIndex(Number.isNaN));
[typeof null, typeof NaN, typeof [], typeof 1n];

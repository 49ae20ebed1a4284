let total = 0;
for (const n of [1, 2, 3]) total += n;
console.log('total', total);
if (total > 3) {
  console.log('more than three');
}
const unused = total;

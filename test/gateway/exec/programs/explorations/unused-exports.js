const texts = Object.fromEntries(listFiles('.', ['*.ts']).map((path) => [path, readLines(path).join('\n')]));
const words = Object.entries(texts).map(([path, text]) => [path, new Set(text.match(/\w+/g))]);
const unused = [];
for (const path of Object.keys(texts).filter((p) => p.startsWith('shared/')).sort()) {
  for (const [, name] of texts[path].matchAll(/^export (?:async )?(?:const|class|interface|function|type) (\w+)/gm)) {
    if (!words.some(([other, found]) => other !== path && found.has(name))) unused.push(`${path}#${name}`);
  }
}
console.log(unused.length, 'exports that nobody else names');
unused;

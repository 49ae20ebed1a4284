const lookup = { present: 1 };
console.log('present' in lookup);
lookup.absent ?? null;

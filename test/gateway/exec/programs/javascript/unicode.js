const text = 'naïve café — 日本語 🎉 👩‍👩‍👧';
console.log(text.length, [...text].length, text.toUpperCase());
console.log([...'é🎉'].map((ch) => ch.codePointAt(0).toString(16)).join(), '\u{1F600}', '\u00e9' === 'é');
console.log([...'àéîõü'.normalize('NFD')].filter((ch) => !/\p{M}/u.test(ch)).join(''), 'Å'.normalize('NFD').length);
console.log(text.match(/\p{Script=Han}/gu).join('-'), /\p{Emoji_Presentation}/u.test('🎉'), 'ΑΒΓ'.toLowerCase(), 'straße'.toUpperCase());
console.log(encodeURIComponent('日'), escapeAscii('é🎉'), 'İ'.toLowerCase().length, 'a\u0301'.length);
function escapeAscii(value) {
  return value.replace(/[^\x20-\x7e]/g, (ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
console.log('🎉'.split('').length, '🎉'.at(0) === '\ud83c', '🎉'.isWellFormed(), '\ud83c'.isWellFormed(), '\ud83c'.toWellFormed() === '\ufffd');
console.log(['éa', 'ea', 'za', 'Ab'].sort().join(), '\0'.length, '\u200b'.trim().length, '\u00a0x\ufeff'.trim());
[...text].filter((ch) => ch > '\u007f').length;

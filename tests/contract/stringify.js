// Reads base64 documents, one a line; answers JSON.stringify(JSON.parse(document)) of each, once and twice over.
const readline = require('readline');

const again = (text) => JSON.stringify(JSON.parse(text));
const encode = (text) => Buffer.from(text, 'utf8').toString('base64');

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const once = again(Buffer.from(line, 'base64').toString('utf8'));
  process.stdout.write(`${encode(once)} ${encode(again(once))}\n`);
});

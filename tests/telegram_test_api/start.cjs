// Starts telegram-test-api on a free port of loopback, prints the port, and ends when its input does.
const TelegramServer = require('telegram-test-api');

const server = new TelegramServer({ port: '0', host: '127.0.0.1', storeTimeout: 3600 });
server.start().then(() => console.log(server.server.address().port));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

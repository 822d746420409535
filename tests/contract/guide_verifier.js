// The receiver of the webhook integration guide, word for word, and one that verifies the raw body as the guide's
// troubleshooting section asks. One JSON request a line in, one status a line out.
const readline = require('readline');

let guideHandler;
const app = { post: (path, handler) => { guideHandler = handler; } };
console.log = () => {};

// --- the guide, verbatim ---
const crypto = require('crypto');

function verifyWebhookSignature(requestBody, signature, secret) {
  const computedSignature = crypto
    .createHmac('sha256', secret)
    .update(requestBody)
    .digest('hex');
  
  return crypto.timingSafeEqual(
    Buffer.from(signature),
    Buffer.from(computedSignature)
  );
}

// In your webhook handler
app.post('/webhook', (req, res) => {
  const signature = req.headers['x-webhook-signature'];
  const secret = 'your-webhook-secret';
  const requestBody = JSON.stringify(req.body);
  
  if (!verifyWebhookSignature(requestBody, signature, secret)) {
    return res.status(401).send('Invalid signature');
  }
  
  // Process the webhook
  const event = req.body.event;
  const payload = req.body.payload;
  
  console.log(`Received webhook event: ${event}`);
  console.log('Payload:', payload);
  
  res.status(200).send('Webhook received');
});
// --- end of the guide ---

function rawHandler(req, res) {
  const accepted = verifyWebhookSignature(req.rawBody, req.headers['x-webhook-signature'], 'your-webhook-secret');
  res.status(accepted ? 200 : 401).send('');
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { receiver, body, headers } = JSON.parse(line);
  const rawBody = Buffer.from(body, 'base64');
  const req = { headers, rawBody, body: JSON.parse(rawBody.toString('utf8')) };
  const res = { status: (code) => ({ send: () => process.stdout.write(`${code}\n`) }) };
  (receiver === 'raw' ? rawHandler : guideHandler)(req, res);
});

// Reads {secret, body, headers} as JSON and verifies the signature by npm's standardwebhooks; exit status 0 when it is good.
import { Webhook } from "standardwebhooks";

let text = "";
for await (const part of process.stdin) {
  text += part;
}

const { secret, body, headers } = JSON.parse(text);
try {
  new Webhook(secret).verify(body, headers);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

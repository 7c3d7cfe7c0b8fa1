// Runs every case and prints a line of JSON for each; --list prints the names, as they stand in cases.txt.
import { names, runAll } from "./harness.mjs";
import "./cases/openai.mjs";
import "./cases/responses.mjs";
import "./cases/anthropic.mjs";
import "./cases/langchain.mjs";
import "./cases/template.mjs";

if (process.argv.includes("--list")) {
  process.stdout.write(names().join("\n") + "\n");
} else {
  await runAll((line) => process.stdout.write(JSON.stringify(line) + "\n"));
  process.exit(0);
}

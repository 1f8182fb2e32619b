import { defineConfig } from "vitest/config";

// Numbers are written in the reader's locale; the tests expect one.
process.env.LC_ALL = "en_US.UTF-8";

export default defineConfig({ test: { include: ["test/**/*.test.ts"], pool: "forks" } });

import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		environment: "happy-dom",
		include: ["tests/**/*.test.ts"],
		mockReset: true,
		css: true,
		testTimeout: 30_000,
	},
});

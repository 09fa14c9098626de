// The rings: app/ → lib/ → pure modules. Imports point inward only; `npm run check` fails on any that does not.

/** The few places in lib/ where Next is met. */
const nextInLib = "^lib/(defer|auth/(caller|next-auth|next-auth-request)|http/(action|session-cookie))\\.ts$"

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "lib-knows-no-next",
      comment: "lib/ is the product and knows no framework; app/ is where Next is met.",
      severity: "error",
      from: { path: "^lib/", pathNot: [nextInLib, "(^lib/testing/|\\.test\\.ts$)"] },
      to: { path: "^(node_modules/)?(next|next-auth)(/|$)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "lib-imports-no-app",
      severity: "error",
      from: { path: "^lib/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(app|components|scripts|e2e)/" },
    },
    {
      name: "prisma-only-in-lib",
      comment: "Pages, actions and handlers call a verb in lib/, which asks for the permission.",
      severity: "error",
      from: { path: "^(app|components|proxy\\.ts)", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^(lib/db\\.ts|prisma/|node_modules/(@prisma|pg)/)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "ui-knows-no-domain",
      severity: "error",
      from: { path: "^components/ui/" },
      to: { path: "^(lib|app)/" },
    },
    {
      name: "components-import-no-app",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^app/" },
    },
    {
      name: "schemas-are-browser-safe",
      comment: "The same schema parses on the server and describes the form in the browser.",
      severity: "error",
      from: { path: "\\.schema\\.ts$" },
      to: {
        dependencyTypesNot: ["type-only"],
        pathNot:
          "^(lib/(input|case|page|duration|auth/(scopes|identity)|network/cidr|[\\w/-]+\\.schema)\\.ts|node_modules/zod/)",
      },
    },
    {
      name: "tests-stay-out-of-the-product",
      severity: "error",
      from: { pathNot: "(\\.test\\.tsx?$|^lib/testing/|^e2e/|^scripts/)" },
      to: { path: "^lib/testing/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exclude: "(^|/)(\\.next|dist|generated)/",
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      conditionNames: ["react-server", "import", "require", "node", "default", "types"],
    },
  },
}

/** What one module names in its imports, re-exports and dynamic imports, types included. */
export interface ModuleImports {
  readonly specifiers: readonly string[];
  /** Dynamic imports whose target is computed: nobody can tell where they lead. */
  readonly hasComputed: boolean;
}

/** At the start of a line, where the formatter puts every statement; may go over several lines. */
const STATEMENT = /^(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm;
/** `import('ws')`, as an expression or in a type. */
const DYNAMIC = /\bimport\s*\(\s*(?:(['"])([^'"\n]+)\1)?/g;
const REQUIRE = /\brequire\s*\(\s*(?:(['"])([^'"\n]+)\1)?/g;

/**
 * Reads them from the source as the formatter writes it. It errs to one side only: what merely looks like an
 * import (in a comment, say) is reported, and no import is missed.
 */
export function readModuleImports(source: string): ModuleImports {
  const found = [STATEMENT, DYNAMIC, REQUIRE].flatMap((form) => [...source.matchAll(form)]);
  const specifiers = found.map((match) => match[2]).filter((specifier) => specifier !== undefined);
  return { specifiers: [...new Set(specifiers)], hasComputed: specifiers.length < found.length };
}

declare module "@citation-js/core" {
  const core: {
    readonly logger: { level: string };
    readonly plugins: Plugins;
  };
  export = core;
  interface Plugins {
    readonly input: { chain(text: string, options: { forceType: string; generateGraph: boolean }): unknown[] };
    readonly config: {
      get(plugin: "@csl"): {
        readonly styles: Register;
        readonly locales: Register;
        engine(data: readonly object[], style: string, locale: string, format: string): object;
      };
    };
  }
  interface Register {
    list(): string[];
    has(name: string): boolean;
    get(name: string): string;
    add(name: string, xml: string): void;
  }
}
declare module "@citation-js/plugin-bibtex";
declare module "@citation-js/plugin-csl";

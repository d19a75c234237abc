import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Projects from the one with the longest files to the one with the shortest, then the one that runs after all others. */
const PROJECTS = ["e2e", "truth", "browser", "golden", "unit", "truth-alone"];

/** Starts projects with long files first, so that no long file runs alone at the end, while other cores have nothing to do. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ project }: TestSpecification): number => PROJECTS.indexOf(project.name);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
